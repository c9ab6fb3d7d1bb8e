/** Algorithms that a server offered in its handshake, in its order. Empty lists before the handshake. */
export interface ServerOffer {
	/** Key exchange methods. */
	kex: string[];
	/** Host key signature algorithms. */
	hostKeys: string[];
	/** Message authentication codes. */
	macs: string[];
	/** Ciphers. */
	ciphers: string[];
}

/** Collects what a server offers from ssh2's debug lines, as ssh2 has no other way to tell it. */
export function serverOffer(): { offer: ServerOffer; debug: (line: string) => void } {
	const offer: ServerOffer = { kex: [], hostKeys: [], macs: [], ciphers: [] };
	return {
		offer,
		debug(line) {
			if (!line.startsWith(REMOTE)) return;
			const [title = "", names = ""] = line.slice(REMOTE.length).split(": ");
			const list = lists[title];
			if (list) offer[list] = names.split(",");
		},
	};
}

const REMOTE = "Handshake: (remote) ";

const lists: Readonly<Record<string, keyof ServerOffer>> = {
	"KEX method": "kex",
	"Host key format": "hostKeys",
	"C->S MAC": "macs",
	"C->S cipher": "ciphers",
};
