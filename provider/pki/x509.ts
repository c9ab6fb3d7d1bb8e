// The dependency injection of @peculiar/x509 needs this import first.
import "reflect-metadata";

export * from "@peculiar/x509";
