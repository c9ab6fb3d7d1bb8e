import { GrpcStatus } from "../../provider/hosts/grpc";
import type { EtcdCall, EtcdEndpoint } from "../../provider/phases/etcd/etcd-client";
import type { EtcdAnswers, Member } from "../../provider/phases/etcd/etcd-messages";

/** An etcd cluster in memory, in the place of `withEtcd`. What the real etcd answers is seen on hosts. */
export class FakeEtcd {
	members: Member[] = [];
	alarms: EtcdAnswers["Alarm"]["alarms"] = [];
	/** Addresses of members that do not run. */
	readonly down = new Set<string>();
	/** Errors of the next removals, in order. */
	readonly refusals: string[] = [];
	/** Id of the leader. */
	leader = "1";
	/** Changes of the membership and of the leader, in order. */
	readonly changes: string[] = [];
	#next = 100;

	/** Adds a member as it is: one that has run, unless it has a name only. */
	has(name: string, address: string, more: Partial<Member> = {}): this {
		const [peer, client] = [2380, 2379].map((port) => `https://${address}:${port}`);
		const ID = String(this.members.length + 1);
		this.members.push({ ID, name, peerURLs: [peer!], clientURLs: [client!], isLearner: false, ...more });
		return this;
	}

	readonly withEtcd = async <T>({ address }: EtcdEndpoint, use: (call: EtcdCall) => Promise<T>): Promise<T> => {
		if (this.down.has(address) || !this.members.some(({ peerURLs }) => peerURLs[0]!.includes(`//${address}:`)))
			throw new Error("connection refused");
		return use(((method: string, request = {}) => this.#answer(address, method, request)) as EtcdCall);
	};

	async #answer(address: string, method: string, request: { ID?: string; peerURLs?: string[]; targetID?: string }) {
		const own = this.members.find(({ peerURLs }) => peerURLs[0]!.includes(`//${address}:`));
		const { members } = this;
		switch (method) {
			case "MemberList":
				return { members: [...members] };
			case "Alarm":
				return { alarms: this.alarms };
			case "Status":
				return { header: { memberId: own?.ID }, leader: this.leader };
			case "MoveLeader":
				this.leader = request.targetID!;
				this.changes.push(`${this.#nameOf(request.targetID!)} leads`);
				return {};
			case "MemberAdd": {
				const ID = String(this.#next++);
				members.push({ ID, name: "", peerURLs: request.peerURLs!, clientURLs: [], isLearner: true });
				this.changes.push(`${request.peerURLs} added`);
				return { members: [...members] };
			}
			case "MemberRemove": {
				const refusal = this.refusals.shift();
				if (refusal) throw new GrpcStatus("UNAVAILABLE", refusal);
				this.changes.push(`${this.#nameOf(request.ID!)} removed`);
				this.members = members.filter(({ ID }) => ID !== request.ID);
				return { members: [...this.members] };
			}
			default:
				throw new Error(`the test says nothing about ${method}`);
		}
	}

	#nameOf(id: string): string {
		return this.members.find(({ ID }) => ID === id)!.name;
	}
}
