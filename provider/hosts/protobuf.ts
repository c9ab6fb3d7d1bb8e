import { type INamespace, Root } from "protobufjs/light";

/**
 * Messages of a protobuf service: fields by message and name, each with its type and number. A type is protobuf's own, the
 * name of a message or an enum, `repeated TYPE`, or `map`, from text to text.
 */
export type Messages = Record<string, Record<string, [type: string, number: number]>>;

/** Encodes and decodes messages by their names. */
export interface Protobuf {
	/** Encodes a message. Fields that the message does not have are left out. */
	encode(message: string, fields: object): Uint8Array;
	/** Decodes a message. Absent fields get protobuf's defaults: 0, false, empty text or list. @throws Error for bytes that are no such message */
	decode(message: string, bytes: Uint8Array): object;
}

/**
 * Makes a codec for messages.
 * @param enums numbers by the name of the enum and of the value. @default none
 * @param longs how 64-bit numbers are decoded: `String` keeps every digit. @default Number
 */
export function protobuf(
	messages: Messages,
	{
		enums = {},
		longs = Number,
	}: { enums?: Record<string, Record<string, number>>; longs?: typeof Number | typeof String },
): Protobuf {
	const root = Root.fromJSON({
		nested: {
			...Object.fromEntries(Object.entries(enums).map(([name, values]) => [name, { values }])),
			...Object.fromEntries(Object.entries(messages).map(described)),
		},
	});
	return {
		encode(message, fields) {
			const type = root.lookupType(message);
			return type.encode(type.fromObject(fields)).finish();
		},
		decode(message, bytes) {
			const type = root.lookupType(message);
			return type.toObject(type.decode(bytes), { defaults: true, longs, enums: String });
		},
	};
}

function described([name, fields]: [string, Messages[string]]): [string, INamespace & { fields: object }] {
	const entries = Object.entries(fields).map(([field, [type, id]]) => {
		if (type === "map") return [field, { keyType: "string", type: "string", id }];
		const [rule, repeated] = type.split(" ");
		return [field, repeated ? { rule, type: repeated, id } : { type, id }];
	});
	return [name, { fields: Object.fromEntries(entries) }];
}
