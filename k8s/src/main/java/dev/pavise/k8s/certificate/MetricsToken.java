package dev.pavise.k8s.certificate;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The token that Prometheus scrapes gateways and the manager with: a JWT (RFC 7519, ES256) that permits {@code metrics:read} and nothing else. */
final class MetricsToken {
    static final String ISSUER = "pavise-manager";
    static final String AUDIENCE = "pavise-metrics";
    static final String SUBJECT = "prometheus";
    static final List<String> PERMISSIONS = List.of("metrics:read");

    private static final Duration LEEWAY = Duration.ofSeconds(60);
    private static final int LONGEST = 4096;

    private MetricsToken() {}

    static String issue(PrivateKey key, Instant now, Duration life) throws GeneralSecurityException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject(SUBJECT)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)))
                .jwtID(UUID.randomUUID().toString())
                .claim("permissions", PERMISSIONS)
                .build();
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .type(JOSEObjectType.JWT)
                            .build(),
                    claims);
            token.sign(new ECDSASigner((ECPrivateKey) key));
            return token.serialize();
        } catch (JOSEException | ClassCastException unfit) {
            throw new GeneralSecurityException("the token for metrics cannot be signed", unfit);
        }
    }

    /** Whether this key signed it for metrics and its time has come and not gone. */
    static boolean good(String text, PublicKey key, Instant now) {
        return read(text, key).filter(claims -> current(claims, now)).isPresent();
    }

    /** Whether a good token is past two thirds of its life, or is none. */
    static boolean due(String text, PublicKey key, Instant now) {
        return read(text, key)
                .filter(claims -> current(claims, now))
                .map(claims -> {
                    Instant begin = claims.getIssueTime().toInstant();
                    Instant end = claims.getExpirationTime().toInstant();
                    return !now.isBefore(begin.plus(
                            Duration.between(begin, end).multipliedBy(2).dividedBy(3)));
                })
                .orElse(true);
    }

    private static boolean current(JWTClaimsSet claims, Instant now) {
        return claims.getIssueTime() != null
                && claims.getExpirationTime() != null
                && !now.plus(LEEWAY).isBefore(claims.getIssueTime().toInstant())
                && now.isBefore(claims.getExpirationTime().toInstant());
    }

    private static Optional<JWTClaimsSet> read(String text, PublicKey key) {
        if (text.length() > LONGEST || !(key instanceof ECPublicKey curve)) {
            return Optional.empty();
        }
        try {
            SignedJWT token = SignedJWT.parse(text.strip());
            if (!JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())
                    || !token.verify(new ECDSAVerifier(curve))) {
                return Optional.empty();
            }
            JWTClaimsSet claims = token.getJWTClaimsSet();
            boolean ours = ISSUER.equals(claims.getIssuer())
                    && claims.getAudience().contains(AUDIENCE)
                    && SUBJECT.equals(claims.getSubject())
                    && PERMISSIONS.equals(claims.getStringListClaim("permissions"));
            return ours ? Optional.of(claims) : Optional.empty();
        } catch (ParseException | JOSEException | RuntimeException unfit) {
            // Whatever a stranger sends is no token, and says no more than that.
            return Optional.empty();
        }
    }
}
