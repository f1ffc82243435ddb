package dev.pavise.policy.signing;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON envelope of DSSE v1 (Dead Simple Signing Envelope), as in-toto and Sigstore use it: a payload, its type, and
 * signatures over both. Reading one checks its form; whether a signature is good is for {@link TrustedKeys} to say.
 *
 * <p>Read as the specification asks: Base64 of either alphabet, members that are not known passed over, as no signature
 * covers them. Only Ed25519 signatures are read, and at most {@value #MAX_SIGNATURES}.
 */
public final class DsseEnvelope {
    private static final int MAX_SIGNATURES = 16;

    private final String payloadType;
    private final byte[] payload;
    private final List<DsseSignature> signatures;

    public DsseEnvelope(String payloadType, byte[] payload, List<DsseSignature> signatures) {
        if (payloadType.isEmpty()) {
            throw new IllegalArgumentException("the envelope does not say what it is about, in `payloadType`");
        }
        if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
            throw new IllegalArgumentException(
                    "the envelope has " + signatures.size() + " signatures, use 1 to " + MAX_SIGNATURES);
        }
        this.payloadType = payloadType;
        this.payload = payload.clone();
        this.signatures = List.copyOf(signatures);
    }

    /** Reads an envelope, or throws {@link IllegalArgumentException}. */
    public static DsseEnvelope read(byte[] json) {
        try {
            return of(StrictJson.object(json));
        } catch (StrictJson.Malformed malformed) {
            throw new IllegalArgumentException("the envelope cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    /** Of the members of a JSON object; throws {@link IllegalArgumentException} where they are not those of an envelope. */
    public static DsseEnvelope of(Map<String, Object> members) {
        String payload = text(members, "payload");
        byte[] bytes = StrictBase64.either(payload)
                .orElseThrow(() -> new IllegalArgumentException("the envelope's `payload` is not in Base64"));
        if (!(members.get("signatures") instanceof List<?> listed)) {
            throw new IllegalArgumentException("the envelope has no list `signatures`");
        }
        List<DsseSignature> signatures = new ArrayList<>();
        for (Object one : listed) {
            signatures.add(signature(one));
        }
        return new DsseEnvelope(text(members, "payloadType"), bytes, signatures);
    }

    private static DsseSignature signature(@Nullable Object member) {
        if (!(member instanceof Map<?, ?> signature)
                || !(signature.get("sig") instanceof String base64)
                || !((signature.containsKey("keyid") ? signature.get("keyid") : "") instanceof String keyId)) {
            throw new IllegalArgumentException("a signature of the envelope is no object with `sig` and `keyid`");
        }
        byte[] bytes = StrictBase64.either(base64)
                .orElseThrow(() -> new IllegalArgumentException("a signature of the envelope is not in Base64"));
        return new DsseSignature(keyId, SignatureBytes.of(bytes));
    }

    private static String text(Map<String, Object> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("the envelope has no text `" + name + "`");
    }

    /** The bytes that are signed: both parts, each behind its length in bytes, so that neither can pass for the other. */
    public static byte[] preAuthenticationEncoding(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + type.length + 32);
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(type);
        out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    public byte[] signedBytes() {
        return preAuthenticationEncoding(payloadType, payload);
    }

    public String payloadType() {
        return payloadType;
    }

    public byte[] payload() {
        return payload.clone();
    }

    public List<DsseSignature> signatures() {
        return signatures;
    }

    /** Its JSON form. */
    public byte[] json() {
        List<Map<String, Object>> written = new ArrayList<>();
        for (DsseSignature signature : signatures) {
            Map<String, Object> members = new LinkedHashMap<>();
            if (!signature.keyId().isEmpty()) {
                members.put("keyid", signature.keyId());
            }
            members.put("sig", signature.signature().base64());
            written.add(members);
        }
        return CanonicalJson.bytes(Map.of(
                "payload",
                Base64.getEncoder().encodeToString(payload),
                "payloadType",
                payloadType,
                "signatures",
                written));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DsseEnvelope envelope
                && envelope.payloadType.equals(payloadType)
                && Arrays.equals(envelope.payload, payload)
                && envelope.signatures.equals(signatures);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(payload);
    }
}
