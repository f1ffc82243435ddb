package dev.pavise.policy.module;

import dev.pavise.policy.signing.KeyRefusal;
import dev.pavise.policy.signing.SignatureBytes;
import dev.pavise.policy.signing.Signer;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKeys;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Signs WebAssembly modules and judges their signatures, in the custom section {@code signature} of the WebAssembly tool
 * conventions ({@code Signatures.md}, version 1; Ed25519 over SHA-256).
 *
 * <p>A signature counts only if it is about the whole module: every byte behind the signature's own section. One about a part
 * of it, a second section of signatures, or bytes that belong to no section are refused, so that nothing unsigned travels
 * with what is signed.
 */
public final class ModuleSignature {
    /** The largest module that is looked at. */
    public static final int MAX_MODULE = 64 * 1024 * 1024;

    private static final byte[] DOMAIN = "wasmsig".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 8;

    private ModuleSignature() {}

    /** The module with this key's signature, and no other; throws {@link IllegalArgumentException} where it is no module. */
    public static byte[] sign(byte[] module, SigningKey key) {
        try {
            ModuleSections sections = sections(module);
            MessageDigest digest = digest();
            digest.update(module, sections.content(), module.length - sections.content());
            byte[] hash = digest.digest();
            byte[] keyId = HexFormat.of().parseHex(key.verifyKey().id().text());
            byte[] payload = SignatureSection.write(hash, keyId, key.sign(signedBytes(List.of(hash))));
            return withSignature(module, sections.content(), payload);
        } catch (ModuleBytes.Malformed malformed) {
            throw new IllegalArgumentException("it is no WebAssembly module: " + malformed.getMessage(), malformed);
        }
    }

    private static byte[] withSignature(byte[] module, int content, byte[] payload) {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        SignatureSection.slice(section, "signature".getBytes(StandardCharsets.US_ASCII));
        section.writeBytes(payload);
        ByteArrayOutputStream out = new ByteArrayOutputStream(module.length + section.size() + HEADER);
        out.write(module, 0, HEADER);
        out.write(0);
        SignatureSection.slice(out, section.toByteArray());
        out.write(module, content, module.length - content);
        return out.toByteArray();
    }

    /** Who signed the whole module. Where several did, one who is trusted is enough. */
    public static Signer judge(byte[] module, TrustedKeys keys, Instant now) {
        try {
            ModuleSections sections = sections(module);
            Optional<byte[]> signature = sections.signature();
            return signature.isEmpty()
                    ? refused("the module has no signature")
                    : judge(module, sections, SignatureSection.read(signature.get()), keys, now);
        } catch (ModuleBytes.Malformed malformed) {
            return refused("it is no signed WebAssembly module: " + malformed.getMessage());
        } catch (IllegalArgumentException unfit) {
            return refused(String.valueOf(unfit.getMessage()));
        }
    }

    private static Signer judge(
            byte[] module, ModuleSections sections, SignatureSection section, TrustedKeys keys, Instant now) {
        List<byte[]> hashes = hashes(module, sections);
        Signer answer = refused("no signature is about the whole module");
        for (SignatureSection.SignedHashes set : section.sets()) {
            if (!isWhole(set.hashes(), hashes)) {
                continue;
            }
            byte[] signed = signedBytes(set.hashes());
            for (SignatureBytes signature : set.signatures()) {
                answer = keys.judge(signed, signature, now);
                if (answer instanceof Signer.Trusted) {
                    return answer;
                }
            }
        }
        return answer;
    }

    /** Of all parts one by one, or of the whole at once. */
    private static boolean isWhole(List<byte[]> signed, List<byte[]> found) {
        List<byte[]> expected = signed.size() == 1 ? List.of(found.getLast()) : found;
        if (signed.size() != expected.size()) {
            return false;
        }
        for (int at = 0; at < signed.size(); at++) {
            if (!MessageDigest.isEqual(signed.get(at), expected.get(at))) {
                return false;
            }
        }
        return true;
    }

    /** From the beginning to the end of each part. */
    private static List<byte[]> hashes(byte[] module, ModuleSections sections) {
        MessageDigest rolling = digest();
        List<byte[]> hashes = new ArrayList<>();
        int from = sections.content();
        for (int boundary : sections.boundaries()) {
            rolling.update(module, from, boundary - from);
            hashes.add(copy(rolling).digest());
            from = boundary;
        }
        return hashes;
    }

    private static byte[] signedBytes(List<byte[]> hashes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(DOMAIN);
        out.write(SignatureSection.VERSION);
        out.write(SignatureSection.MODULE);
        out.write(SignatureSection.SHA_256);
        hashes.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static ModuleSections sections(byte[] module) throws ModuleBytes.Malformed {
        if (module.length > MAX_MODULE) {
            throw new IllegalArgumentException("the module is larger than " + MAX_MODULE + " bytes");
        }
        return ModuleSections.read(module);
    }

    private static Signer refused(String reason) {
        return new Signer.Distrusted(KeyRefusal.BAD_SIGNATURE, reason);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException absent) {
            throw new IllegalStateException("the platform's SHA-256 can be copied", absent);
        }
    }
}
