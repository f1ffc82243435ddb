package dev.pavise.policy.module;

import dev.pavise.policy.signing.SignatureBytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What the custom section {@code signature} holds: sets of hashes, each with the signatures over it ({@code Signatures.md} of the
 * WebAssembly tool conventions, version 1). Its sets and signatures each stand behind their length, as its authors' own
 * program writes them, though their text leaves that out.
 */
record SignatureSection(List<SignedHashes> sets) {
    static final int VERSION = 1;
    static final int MODULE = 1;
    static final int SHA_256 = 1;
    static final int HASH_LENGTH = 32;

    private static final int ED25519 = 1;
    private static final int MAX_SETS = 16;
    private static final int MAX_HASHES = 64;
    private static final int MAX_SIGNATURES = 16;

    /** The hashes of a module's beginnings, one for each part, and who signed them. */
    record SignedHashes(List<byte[]> hashes, List<SignatureBytes> signatures) {}

    SignatureSection {
        sets = List.copyOf(sets);
    }

    static SignatureSection read(byte[] payload) throws ModuleBytes.Malformed {
        ModuleBytes bytes = new ModuleBytes(payload, 0, payload.length);
        if (bytes.octet() != VERSION || bytes.octet() != MODULE || bytes.octet() != SHA_256) {
            throw bytes.malformed("a signature of a version, content or hash that is not known");
        }
        List<SignedHashes> sets = new ArrayList<>();
        int signatures = 0;
        for (int left = count(bytes, MAX_SETS); left > 0; left--) {
            SignedHashes set = set(bytes.part(bytes.number()));
            signatures += set.signatures.size();
            sets.add(set);
        }
        bytes.end();
        if (signatures > MAX_SIGNATURES) {
            throw bytes.malformed("more than " + MAX_SIGNATURES + " signatures");
        }
        return new SignatureSection(sets);
    }

    private static SignedHashes set(ModuleBytes bytes) throws ModuleBytes.Malformed {
        List<byte[]> hashes = new ArrayList<>();
        for (int left = count(bytes, MAX_HASHES); left > 0; left--) {
            hashes.add(bytes.take(HASH_LENGTH));
        }
        List<SignatureBytes> signatures = new ArrayList<>();
        for (int left = count(bytes, MAX_SIGNATURES); left > 0; left--) {
            signatures.add(signature(bytes.part(bytes.number())));
        }
        bytes.end();
        return new SignedHashes(hashes, signatures);
    }

    private static SignatureBytes signature(ModuleBytes bytes) throws ModuleBytes.Malformed {
        bytes.take(bytes.number()); // what the signature says of its key, which nothing vouches for
        if (bytes.octet() != ED25519) {
            throw bytes.malformed("a signature that is not of Ed25519");
        }
        byte[] signature = bytes.take(bytes.number());
        bytes.end();
        try {
            return SignatureBytes.of(signature);
        } catch (IllegalArgumentException otherLength) {
            throw bytes.malformed("a signature that is not of Ed25519");
        }
    }

    private static int count(ModuleBytes bytes, int most) throws ModuleBytes.Malformed {
        int count = bytes.number();
        if (count > most) {
            throw bytes.malformed("more than " + most + " entries");
        }
        return count;
    }

    /** One hash, one signature over it, by a key of that id. */
    static byte[] write(byte[] hash, byte[] keyId, SignatureBytes signature) {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        slice(one, keyId);
        one.write(ED25519);
        slice(one, signature.bytes());
        ByteArrayOutputStream set = new ByteArrayOutputStream();
        number(set, 1);
        set.writeBytes(hash);
        number(set, 1);
        slice(set, one.toByteArray());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(VERSION);
        all.write(MODULE);
        all.write(SHA_256);
        number(all, 1);
        slice(all, set.toByteArray());
        return all.toByteArray();
    }

    static void slice(ByteArrayOutputStream out, byte[] bytes) {
        number(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int number) {
        int left = number;
        while (left > 0x7f) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }
}
