package dev.pavise.policy.tool;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.signing.DsseEnvelope;
import dev.pavise.policy.signing.DsseSignature;
import dev.pavise.policy.signing.KeyId;
import dev.pavise.policy.signing.SignatureBytes;
import dev.pavise.policy.signing.SigningKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest and what is said to be the signature over it, which nobody has checked yet. It is written as one JSON object,
 * or as a DSSE envelope, with the same signature in both.
 */
public record SignedManifest(ToolManifest manifest, SignatureBytes signature) {
    /** Signs a manifest. Where it names a key, that has to be this one. */
    public static SignedManifest sign(ToolManifest manifest, SigningKey key) {
        KeyId named = manifest.keyId();
        if (named != null && !named.equals(key.verifyKey().id())) {
            throw new IllegalArgumentException("the manifest names key `" + named.text() + "` and the key at hand is `"
                    + key.verifyKey().id().text() + "`, name that one or none");
        }
        return new SignedManifest(manifest, key.sign(signedBytes(manifest)));
    }

    /** The bytes that are signed: payload and its type. */
    public byte[] signedBytes() {
        return signedBytes(manifest);
    }

    private static byte[] signedBytes(ToolManifest manifest) {
        return DsseEnvelope.preAuthenticationEncoding(ToolManifest.PAYLOAD_TYPE, manifest.payload());
    }

    /** The one object, in its canonical form. */
    public byte[] json() {
        Map<String, Object> members = manifest.members();
        members.put("signature", signature.base64());
        return CanonicalJson.bytes(members);
    }

    /** The same as other tools read it. */
    public DsseEnvelope envelope() {
        Optional<KeyId> signer = Optional.ofNullable(manifest.keyId());
        DsseSignature one = new DsseSignature(signer.map(KeyId::text).orElse(""), signature);
        return new DsseEnvelope(ToolManifest.PAYLOAD_TYPE, manifest.payload(), List.of(one));
    }
}
