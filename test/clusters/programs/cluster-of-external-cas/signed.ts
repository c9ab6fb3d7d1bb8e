import { dynamic, type Input, type Output } from "@pulumi/pulumi";

interface Asked {
	/** With NAME.crt and NAME.key of each CA, and USAGES.ext for openssl. */
	folder: string;
	authority: string;
	usages: string;
	csr: string;
}

/** Stands for the resource of a PKI of one's own: openssl signs, once for each request. */
export class Signed extends dynamic.Resource {
	declare readonly certificate: Output<string>;

	constructor(name: string, args: { [Key in keyof Asked]: Input<string> }) {
		const sign = async ({ folder, authority, usages, csr }: Asked) => {
			const { execFileSync } = process.getBuiltinModule("node:child_process");
			const signer = ["-CA", `${folder}/${authority}.crt`, "-CAkey", `${folder}/${authority}.key`];
			const extensions = ["-copy_extensions", "copy", "-extfile", `${folder}/${usages}.ext`];
			const words = ["x509", "-req", ...signer, ...extensions, "-days", "30"];
			return execFileSync("openssl", words, { input: csr, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
		};
		const provider = {
			create: async (asked: Asked) => ({ id: asked.authority, outs: { ...asked, certificate: await sign(asked) } }),
			update: async (_id: string, _was: Asked, asked: Asked) => ({
				outs: { ...asked, certificate: await sign(asked) },
			}),
		};
		super(provider, name, { ...args, certificate: undefined });
	}
}
