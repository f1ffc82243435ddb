package dev.pavise.policy.identity;

import dev.pavise.policy.identity.Algorithm.Family;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tells the named curves apart by all of their parameters, so that a key cannot bring a curve of its own. */
final class EllipticCurves {
    private static final Map<Family, ECParameterSpec> CURVES = curves();

    private EllipticCurves() {}

    static Optional<Family> family(ECPublicKey key) {
        ECParameterSpec own = key.getParams();
        return CURVES.entrySet().stream()
                .filter(curve -> same(curve.getValue(), own))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean same(ECParameterSpec one, ECParameterSpec other) {
        return one.getCurve().getField().equals(other.getCurve().getField())
                && one.getCurve().getA().equals(other.getCurve().getA())
                && one.getCurve().getB().equals(other.getCurve().getB())
                && one.getGenerator().equals(other.getGenerator())
                && one.getOrder().equals(other.getOrder())
                && one.getCofactor() == other.getCofactor();
    }

    private static Map<Family, ECParameterSpec> curves() {
        Map<Family, ECParameterSpec> curves = new LinkedHashMap<>();
        curves.put(Family.P256, named("secp256r1"));
        curves.put(Family.P384, named("secp384r1"));
        curves.put(Family.P521, named("secp521r1"));
        return curves;
    }

    private static ECParameterSpec named(String curve) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(curve));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this JDK has no curve " + curve, absent);
        }
    }
}
