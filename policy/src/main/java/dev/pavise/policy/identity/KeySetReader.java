package dev.pavise.policy.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.json.StrictJson;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads a JSON Web Key Set (RFC 7517), from a file or an issuer, whole or not at all: a private key in it, a weak one, one on another curve or one
 * that contradicts itself refuses the set. Keys for other things than signatures, and of kinds that are not known, are passed over.
 */
final class KeySetReader {
    // A SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4), but for the key itself.
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final SignatureProvider provider;

    KeySetReader(SignatureProvider provider) {
        this.provider = provider;
    }

    /** @throws IllegalArgumentException where a key is unfit */
    List<KeySet.NamedKey> read(byte[] jwks)
            throws ParseException, JOSEException, GeneralSecurityException, StrictJson.Malformed {
        List<KeySet.NamedKey> keys = new ArrayList<>();
        for (JWK jwk : JWKSet.parse(StrictJson.object(jwks)).getKeys()) {
            if (jwk.isPrivate()) {
                throw new IllegalArgumentException(
                        "key `" + name(jwk) + "` is private or a shared secret, a key set holds public keys only");
            }
            if (isForSignatures(jwk)) {
                keys.add(named(jwk));
            }
        }
        return keys;
    }

    private static boolean isForSignatures(JWK jwk) {
        boolean use = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean operations =
                jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.VERIFY);
        boolean algorithm = jwk.getAlgorithm() == null
                || Algorithm.of(jwk.getAlgorithm().getName()).isPresent();
        return use && operations && algorithm;
    }

    private KeySet.NamedKey named(JWK jwk) throws JOSEException, GeneralSecurityException {
        PublicKey key = switch (jwk) {
            case RSAKey rsa -> rsa.toRSAPublicKey();
            case ECKey curve -> curve.toECPublicKey();
            case OctetKeyPair pair -> ed25519(pair);
            default ->
                throw new IllegalArgumentException(
                        "key `" + name(jwk) + "` is of kind " + jwk.getKeyType() + ", which checks no token");
        };
        Algorithm only = jwk.getAlgorithm() == null
                ? null
                : Algorithm.of(jwk.getAlgorithm().getName()).orElse(null);
        PublicVerificationKey usable = new PublicVerificationKey(key, only, provider);
        if (only != null && !usable.fits(only)) {
            throw new IllegalArgumentException(
                    "key `" + name(jwk) + "` says `" + only.text() + "`, which does not go with its kind");
        }
        return new KeySet.NamedKey(jwk.getKeyID(), usable);
    }

    private static PublicKey ed25519(OctetKeyPair pair) throws GeneralSecurityException {
        byte[] raw = pair.getDecodedX();
        if (!pair.getCurve().getName().equals("Ed25519") || raw.length != 32) {
            throw new IllegalArgumentException(
                    "key `" + name(pair) + "` is on curve " + pair.getCurve() + ", only Ed25519 checks tokens");
        }
        byte[] encoded = new byte[ED25519_PREFIX.length + raw.length];
        System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
        System.arraycopy(raw, 0, encoded, ED25519_PREFIX.length, raw.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static String name(JWK jwk) {
        return Quoted.of(String.valueOf(jwk.getKeyID()));
    }
}
