import { describePreviews } from "./support/example-previews.ts";

// The rest is in test/soak/example-previews.test.ts.
describePreviews(["aws-ec2", "composed", "quickstart", "single-node"]);
