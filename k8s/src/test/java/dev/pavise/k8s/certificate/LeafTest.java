package dev.pavise.k8s.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.pki.CertificateUse;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeafTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofDays(9);
    private static final Authorities OURS = authorities();
    private static final Leaf LEAF = Leaf.gateway("agents");

    private static Authorities authorities() {
        try {
            return Authorities.first(START, Duration.ofDays(90));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Secret secret(Map<String, String> texts) {
        return new SecretBuilder().withData(SecretText.encoded(texts)).build();
    }

    @Test
    void namesAGatewayForItsNamespaceAndForCallingTheRunner() throws Exception {
        X509Certificate made = PemText.certificates(
                        LEAF.issue(OURS, START, LIFE).get(SecretText.CERTIFICATE))
                .getFirst();
        assertEquals(Optional.of(CertificateUse.NODE), CertificateUse.of(made));
        assertTrue(made.getSubjectAlternativeNames().toString().contains("*.agents.svc.cluster.local"));
        assertTrue(made.getSubjectAlternativeNames().toString().contains("pavise-gateway"));
        assertEquals("EC", made.getPublicKey().getAlgorithm());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "good | 0 | ",
                "good | 5 | ",
                "good | 6 | two thirds",
                "good | 9 | two thirds",
                "good | -1 | not valid yet",
                "nothing | 0 | it is missing",
                "empty | 0 | cannot be read",
                "no key | 0 | cannot be read",
                "torn | 0 | cannot be read",
                "not base64 | 0 | cannot be read",
                "other key | 0 | not that of its certificate",
                "other authority | 0 | not of the manager's authority",
                "other names | 0 | other names",
                "other use | 0 | other names",
            })
    void tellsWhatIsWrong(String what, int days, String fault) throws Exception {
        Map<String, String> texts = new LinkedHashMap<>(LEAF.issue(OURS, START, LIFE));
        Secret secret = secret(texts);
        switch (what) {
            case "nothing" -> secret = null;
            case "empty" -> secret = new Secret();
            case "no key" -> secret.getData().remove(SecretText.KEY);
            case "torn" ->
                secret = secret(Map.of(
                        SecretText.CERTIFICATE,
                        texts.get(SecretText.CERTIFICATE).substring(0, 200),
                        SecretText.KEY,
                        texts.get(SecretText.KEY)));
            case "not base64" -> secret.getData().put(SecretText.CERTIFICATE, "%%%");
            case "other key" -> {
                texts.put(SecretText.KEY, LEAF.issue(OURS, START, LIFE).get(SecretText.KEY));
                secret = secret(texts);
            }
            case "other authority" -> secret = secret(LEAF.issue(authorities(), START, LIFE));
            case "other names" -> secret = secret(Leaf.gateway("other").issue(OURS, START, LIFE));
            case "other use" -> secret = secret(new Leaf(LEAF.names(), CertificateUse.SERVER).issue(OURS, START, LIFE));
            default -> {}
        }
        String found =
                LEAF.fault(secret, OURS, START.plus(Duration.ofDays(days))).orElse("");
        assertTrue(fault == null ? found.isEmpty() : found.contains(fault), found);
    }

    @Test
    void takesWhatAFormerAuthoritySignedUntilItIsDue() throws Exception {
        Secret old = secret(LEAF.issue(OURS, START, LIFE));
        Authorities next = new Authorities(
                authorities().active(), null, java.util.List.of(OURS.active().certificate()));
        assertEquals(Optional.empty(), LEAF.fault(old, next, START.plus(Duration.ofDays(5))));
    }

    @Test
    void survivesWhateverASecretHolds() throws Exception {
        Map<String, String> good = LEAF.issue(OURS, START, LIFE);
        Random random = new Random(7);
        for (int round = 0; round < 400; round++) {
            Map<String, String> texts = new LinkedHashMap<>();
            for (Map.Entry<String, String> each : good.entrySet()) {
                StringBuilder text = new StringBuilder(each.getValue());
                for (int i = 0; i < random.nextInt(4); i++) {
                    int at = random.nextInt(text.length());
                    switch (random.nextInt(3)) {
                        case 0 -> text.deleteCharAt(at);
                        case 1 -> text.insert(at, (char) (random.nextInt(0x60) + 0x20));
                        default -> text.setCharAt(at, (char) random.nextInt(0x100));
                    }
                }
                texts.put(each.getKey(), text.toString());
            }
            var _ = LEAF.fault(secret(texts), OURS, START);
            var _ = AuthoritySecret.read(secret(texts));
            var _ = MetricsKey.read(secret(texts));
        }
    }
}
