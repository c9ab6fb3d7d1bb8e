import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority, ServiceAccountKey } from "pulumi-kubeadm";

/** A CA and a service account key that are generated, or come from somewhere else. */
export interface GivenKeys {
	/** The CA's certificate and key, PEM. @default a generated one */
	authority?: { certificate: string; privateKey: string };
	/** PEM. @default a generated one */
	serviceAccountKey?: string;
}

const { authority, serviceAccountKey } = new pulumi.Config("test").requireObject<GivenKeys>("program");
const cluster = { kubernetesVersion: "1.37.2" };
const ca = new CertificateAuthority("ca", { name: "ca", cluster, ...authority });
const sa = new ServiceAccountKey("sa", { cluster, ...(serviceAccountKey ? { privateKey: serviceAccountKey } : {}) });
export const certificate = ca.certificate;
export const privateKey = ca.privateKey;
export const tokenKey = sa.privateKey;
