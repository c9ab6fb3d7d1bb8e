import { describePreviews } from "../package/support/example-previews.ts";

// The examples of @pulumi/kubernetes, of key files and of files with certificates are left out.
describePreviews([
	"automation-api",
	"external-etcd",
	"ha-virtual-ip",
	"hetzner",
	"kubeadm-config",
	"proxmox",
	"tenants",
]);
