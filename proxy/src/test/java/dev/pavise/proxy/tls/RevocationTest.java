package dev.pavise.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.pem.BadMaterialException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RevocationTest {

    private final TestCa ca = TestCa.create("clients");
    private final X509Certificate good = ca.client("good").issue().certificate();
    private final X509Certificate bad = ca.client("bad").issue().certificate();
    private final List<String> warnings = new ArrayList<>();
    private final Instant now = Instant.now();

    @TempDir
    private Path folder;

    @Test
    void tellsTheRevokedFromTheRest() throws Exception {
        Revocation revocation = load(List.of(ca), ca.revocationList(bad));
        assertEquals(Optional.empty(), revocation.check(good));
        assertEquals(Optional.of(CertificateFault.REVOKED), revocation.check(bad));
        assertEquals(List.of(), warnings);
    }

    @Test
    void refusesEverybodyOnceTheListIsOutOfDate() throws Exception {
        X509CRL old = ca.revocationList(now.minus(Duration.ofDays(3)), Duration.ofDays(2), bad);
        Revocation revocation = load(List.of(ca), old);
        assertEquals(Optional.of(CertificateFault.REVOCATION_LIST_EXPIRED), revocation.check(good));
        assertEquals(Optional.of(CertificateFault.REVOKED), revocation.check(bad));
        assertTrue(warnings.toString().contains("refused until a new one is there"), warnings.toString());
    }

    @Test
    void refusesWhoseIssuerHasNoList() throws Exception {
        TestCa other = TestCa.create("other clients");
        Revocation revocation = load(List.of(ca, other), ca.revocationList());
        X509Certificate unlisted = other.client("x").issue().certificate();
        assertEquals(Optional.of(CertificateFault.REVOCATION_LIST_MISSING), revocation.check(unlisted));
        assertTrue(warnings.toString().contains("holds no list of client CA"), warnings.toString());
    }

    @Test
    void takesTheNewerOfTwoListsOfOneKey() throws Exception {
        X509CRL older = ca.revocationList(now.minus(Duration.ofDays(3)), Duration.ofDays(2), good);
        X509CRL newer = ca.revocationList(now.minus(Duration.ofDays(1)), Duration.ofDays(2), bad);
        for (List<X509CRL> order : List.of(List.of(older, newer), List.of(newer, older))) {
            Revocation revocation = load(List.of(ca), order.toArray(new X509CRL[0]));
            assertEquals(Optional.empty(), revocation.check(good));
            assertEquals(Optional.of(CertificateFault.REVOKED), revocation.check(bad));
        }
    }

    @Test
    void countsTheListsOfTwoKeysOfOneNameTogether() throws Exception {
        TestCa successor = TestCa.create("clients");
        X509Certificate young = successor.client("young").issue().certificate();
        Revocation both = load(List.of(ca, successor), ca.revocationList(bad), successor.revocationList(young));
        assertEquals(Optional.of(CertificateFault.REVOKED), both.check(bad));
        assertEquals(Optional.of(CertificateFault.REVOKED), both.check(young));
        assertEquals(Optional.empty(), both.check(good));
        X509CRL old = ca.revocationList(now.minus(Duration.ofDays(3)), Duration.ofDays(2));
        Revocation half = load(List.of(ca, successor), old, successor.revocationList());
        assertEquals(Optional.of(CertificateFault.REVOCATION_LIST_EXPIRED), half.check(good));
    }

    @Test
    void refusesListsThatItCannotHonour() throws Exception {
        TestCa stranger = TestCa.create("clients");
        refuses("is not signed by a client CA", stranger.revocationList(good));
        refuses("is not signed by a client CA", TestCa.create("others").revocationList(good));
        refuses("is from the future", ca.revocationList(now.plus(Duration.ofHours(2)), Duration.ofDays(1)));
        Path text = Files.writeString(folder.resolve("none.pem"), "no list");
        BadMaterialException none = assertThrows(BadMaterialException.class, () -> load(text, List.of(ca)));
        assertTrue(none.problem().contains("holds no PEM revocation list"), none.problem());
    }

    private void refuses(String why, X509CRL list) {
        BadMaterialException refusal = assertThrows(BadMaterialException.class, () -> load(List.of(ca), list));
        assertTrue(refusal.problem().contains(why), refusal.problem());
    }

    private Revocation load(List<TestCa> authorities, X509CRL... lists) throws BadMaterialException {
        return load(TestCa.write(folder.resolve("crl.pem"), (Object[]) lists), authorities);
    }

    private Revocation load(Path file, List<TestCa> authorities) throws BadMaterialException {
        List<X509Certificate> certificates =
                authorities.stream().map(each -> each.own().certificate()).toList();
        return Revocation.load(file, certificates, InstantSource.fixed(now), warnings);
    }
}
