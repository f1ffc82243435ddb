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
import java.util.function.Consumer;

/**
 * Reads manifests: one JSON object with its signature, a DSSE envelope around it, or a draft that nobody has signed yet.
 * There is one reading or none: no member twice, none that is not known, no number that is not whole.
 */
public final class ManifestReader {
    private static final int MAX_BYTES = 64 * 1024;

    // Its Base64 makes a third more of a manifest.
    private static final int MAX_ENVELOPE = 96 * 1024;

    private ManifestReader() {}

    /** Reads a signed manifest, in either of its forms. */
    public static ManifestResult read(byte[] bytes) {
        return attempt(() -> {
            Map<String, Object> members = object(bytes, MAX_ENVELOPE);
            if (members.containsKey("payloadType")) {
                return opened(DsseEnvelope.of(members));
            }
            checkSize(bytes, MAX_BYTES);
            return signed(members);
        });
    }

    /** What an envelope says, if it is about a manifest. */
    public static ManifestResult read(DsseEnvelope envelope) {
        return attempt(() -> opened(envelope));
    }

    /** Reads a manifest to be signed; a signature that it has is not looked at. Throws {@link IllegalArgumentException}. */
    public static ToolManifest draft(byte[] bytes) {
        return draft(bytes, fields -> {});
    }

    /** The same for the content at hand, whose digest the draft may leave out. */
    public static ToolManifest draft(byte[] bytes, MeasuredContent content) {
        ToolManifest manifest = draft(bytes, fields -> fields.fill("sha256_hash", content.sha256()));
        if (!manifest.sha256().equals(content.sha256())) {
            throw new IllegalArgumentException("the manifest names content with digest `" + manifest.sha256()
                    + "`, the content at hand has `" + content.sha256() + "`");
        }
        return manifest;
    }

    private static ToolManifest draft(byte[] bytes, Consumer<ManifestFields> change) {
        try {
            ManifestFields fields = new ManifestFields(object(bytes, MAX_BYTES));
            fields.ignore("signature");
            change.accept(fields);
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

    private static Map<String, Object> object(byte[] bytes, int most) throws StrictJson.Malformed {
        checkSize(bytes, most);
        return StrictJson.object(bytes);
    }

    private static void checkSize(byte[] bytes, int most) {
        if (bytes.length > most) {
            throw new IllegalArgumentException("it is larger than " + most + " bytes");
        }
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
        ToolManifest manifest = new ManifestFields(object(payload, MAX_BYTES)).manifest();
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
