package dev.pavise.policy.tool;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.signing.DsseEnvelope;
import dev.pavise.policy.signing.DsseSignature;
import dev.pavise.policy.signing.KeyId;
import dev.pavise.policy.signing.SignatureBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads manifests: one JSON object with its signature, a DSSE envelope around it, or a draft that nobody has signed yet.
 * There is one reading or none: no member twice, none that is not known, no number that is not whole.
 */
public final class ManifestReader {
    private static final int MAX_BYTES = 64 * 1024;

    private ManifestReader() {}

    /** Reads a signed manifest, in either of its forms. */
    public static ManifestResult read(byte[] bytes) {
        return attempt(() -> {
            Map<String, Object> members = object(bytes);
            return members.containsKey("payloadType") ? opened(DsseEnvelope.of(members)) : signed(members);
        });
    }

    /** What an envelope says, if it is about a manifest. */
    public static ManifestResult read(DsseEnvelope envelope) {
        return attempt(() -> opened(envelope));
    }

    /** Reads a manifest to be signed; a signature that it has is not looked at. Throws {@link IllegalArgumentException}. */
    public static ToolManifest draft(byte[] bytes) {
        try {
            ManifestFields fields = new ManifestFields(object(bytes));
            fields.ignore("signature");
            return fields.manifest();
        } catch (StrictJson.Malformed malformed) {
            throw new IllegalArgumentException(message(malformed), malformed);
        }
    }

    private interface Reading {
        SignedManifest read() throws StrictJson.Malformed;
    }

    private static ManifestResult attempt(Reading reading) {
        try {
            return new ManifestResult.Present(reading.read());
        } catch (IllegalArgumentException | StrictJson.Malformed unfit) {
            return new Refused(ToolRefusal.MANIFEST_MALFORMED, "the manifest cannot be read: " + message(unfit));
        }
    }

    private static String message(Exception unfit) {
        return String.valueOf(unfit.getMessage());
    }

    private static Map<String, Object> object(byte[] bytes) throws StrictJson.Malformed {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("it is larger than " + MAX_BYTES + " bytes");
        }
        return StrictJson.object(bytes);
    }

    private static SignedManifest signed(Map<String, Object> members) {
        ManifestFields fields = new ManifestFields(members);
        String signature = fields.text("signature");
        return new SignedManifest(fields.manifest(), SignatureBytes.ofBase64(signature));
    }

    private static SignedManifest opened(DsseEnvelope envelope) throws StrictJson.Malformed {
        if (!envelope.payloadType().equals(ToolManifest.PAYLOAD_TYPE)) {
            throw new IllegalArgumentException("the envelope is about `" + Quoted.of(envelope.payloadType())
                    + "` and not about `" + ToolManifest.PAYLOAD_TYPE + "`");
        }
        byte[] payload = envelope.payload();
        ToolManifest manifest = new ManifestFields(object(payload)).manifest();
        // The signature is about these bytes, and what is kept is the manifest alone.
        if (!Arrays.equals(manifest.payload(), payload)) {
            throw new IllegalArgumentException("the envelope's payload is not in its canonical form (RFC 8785)");
        }
        return new SignedManifest(manifest, pick(manifest, envelope.signatures()));
    }

    private static SignatureBytes pick(ToolManifest manifest, List<DsseSignature> signatures) {
        if (signatures.size() == 1) {
            return signatures.getFirst().signature();
        }
        KeyId named = manifest.keyId();
        List<DsseSignature> fitting = signatures.stream()
                .filter(one -> named != null && one.keyId().equals(named.text()))
                .toList();
        if (fitting.size() != 1) {
            throw new IllegalArgumentException("the envelope has " + signatures.size()
                    + " signatures, and no single one is by the key that the manifest names in `key_id`");
        }
        return fitting.getFirst().signature();
    }
}
