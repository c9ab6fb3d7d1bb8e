import { type Messages, protobuf } from "../../hosts/protobuf";

/** A member of an etcd cluster, as etcd lists it. */
export interface Member {
	/** Id: a decimal number of 64 bits. */
	ID: string;
	/** Name; empty for a learner that has not started. */
	name: string;
	/** URLs for the other members. */
	peerURLs: string[];
	/** URLs for clients; empty for a member that has not started, whatever its name. */
	clientURLs: string[];
	/** Whether the member has no vote yet. */
	isLearner: boolean;
}

/** Answers of etcd's methods, by method. Ids are decimal numbers as text. */
export interface EtcdAnswers {
	MemberList: { members: Member[] };
	MemberAdd: { member: Member; members: Member[] };
	MemberRemove: { members: Member[] };
	MemberPromote: { members: Member[] };
	Status: { header: { memberId: string }; version: string; leader: string; errors: string[]; isLearner: boolean };
	Alarm: { alarms: { memberID: string; alarm: "NONE" | "NOSPACE" | "CORRUPT" }[] };
	MoveLeader: object;
}

/** gRPC path of a method, for example `/etcdserverpb.Cluster/MemberList`. */
export function etcdPath(method: keyof EtcdAnswers): string {
	return `/etcdserverpb.${method.startsWith("Member") ? "Cluster" : "Maintenance"}/${method}`;
}

/** Encodes the request of a method. */
export function encodeEtcd(method: keyof EtcdAnswers, request: object): Uint8Array {
	return types.encode(`${method}Request`, request);
}

/** Decodes the answer of a method. @throws Error for bytes that are no such message */
export function decodeEtcd<M extends keyof EtcdAnswers>(method: M, bytes: Uint8Array): EtcdAnswers[M] {
	return types.decode(`${method}Response`, bytes) as EtcdAnswers[M];
}

const list = { members: ["repeated Member", 2] } as const;

/** Fields that are used, with their types and numbers. Source: go.etcd.io/etcd/api/v3 v3.7.0, etcdserverpb/rpc.proto. */
const messages = {
	ResponseHeader: { memberId: ["uint64", 2] },
	Member: {
		ID: ["uint64", 1],
		name: ["string", 2],
		peerURLs: ["repeated string", 3],
		clientURLs: ["repeated string", 4],
		isLearner: ["bool", 5],
	},
	MemberListRequest: { linearizable: ["bool", 1] },
	MemberListResponse: list,
	MemberAddRequest: { peerURLs: ["repeated string", 1], isLearner: ["bool", 2] },
	MemberAddResponse: { member: ["Member", 2], members: ["repeated Member", 3] },
	MemberRemoveRequest: { ID: ["uint64", 1] },
	MemberRemoveResponse: list,
	MemberPromoteRequest: { ID: ["uint64", 1] },
	MemberPromoteResponse: list,
	StatusRequest: {},
	StatusResponse: {
		header: ["ResponseHeader", 1],
		version: ["string", 2],
		leader: ["uint64", 4],
		errors: ["repeated string", 8],
		isLearner: ["bool", 10],
	},
	AlarmRequest: {},
	AlarmResponse: { alarms: ["repeated AlarmMember", 2] },
	AlarmMember: { memberID: ["uint64", 1], alarm: ["AlarmType", 2] },
	MoveLeaderRequest: { targetID: ["uint64", 1] },
	MoveLeaderResponse: {},
} satisfies Record<string, Record<string, readonly [string, number]>>;

const types = protobuf(messages as unknown as Messages, {
	enums: { AlarmType: { NONE: 0, NOSPACE: 1, CORRUPT: 2 } },
	longs: String,
});
