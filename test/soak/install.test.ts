import { describeInstallation, programs } from "../package/support/installation.ts";

// Node.js 24 once: which package manager installed the package makes no difference to Node.js.
describeInstallation("npm", Object.keys(programs), ["24"]);
describeInstallation("pnpm", Object.keys(programs), ["22"]);
describeInstallation("yarn", Object.keys(programs), ["22"]);
