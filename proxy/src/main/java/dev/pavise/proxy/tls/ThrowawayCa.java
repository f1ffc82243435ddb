package dev.pavise.proxy.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority of this machine's own, for a gateway that is tried out on loopback before it has a certificate.
 *
 * <p>It lies in the data directory ({@code ca.crt}, {@code ca.key}, {@code gateway.crt}, {@code gateway.key}), keys 0600. Its
 * server certificates can be for this machine only (name constraints), live 30 days, and are renewed by {@link #open} when a
 * third of that is left. Whoever can read {@code ca.key} can pose as any client of a door that has {@code ca.crt} as its client
 * CA; it is for trying things out, not for production.
 */
public final class ThrowawayCa {

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(365);
    private static final Duration LEAF_LIFE = Duration.ofDays(30);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(10);

    private final Path folder;
    private final InstantSource clock;
    private final LocalIssuer issuer;

    private ThrowawayCa(Path folder, InstantSource clock, LocalIssuer issuer) {
        this.folder = folder;
        this.clock = clock;
        this.issuer = issuer;
    }

    /** Takes the authority of a folder, or makes one; either way its server certificate is good for at least ten days. */
    public static TlsMaterial<ThrowawayCa> open(Path folder, InstantSource clock) {
        List<String> warnings = new ArrayList<>();
        try {
            PrivateFiles.makeFolder(folder);
            LocalIssuer issuer = existing(folder, clock.instant(), warnings);
            if (issuer == null) issuer = create(folder, clock.instant());
            ThrowawayCa authority = new ThrowawayCa(folder, clock, issuer);
            if (!authority.serverIsGood()) authority.makeServer();
            return new TlsMaterial.Ready<>(authority, warnings);
        } catch (IOException | GeneralSecurityException e) {
            return new TlsMaterial.Refused<>(
                    List.of(folder + ": a throwaway certificate cannot be made there: " + e.getMessage()));
        }
    }

    /** What clients have to trust. */
    public Path ca() {
        return folder.resolve("ca.crt");
    }

    /** The server certificate for {@code localhost}, {@code 127.0.0.1} and {@code ::1}. */
    public Path cert() {
        return folder.resolve("gateway.crt");
    }

    /** The key of the server certificate. */
    public Path key() {
        return folder.resolve("gateway.key");
    }

    /** Makes a client certificate with this common name, and a key for it (0600). It lives 30 days. */
    public void makeClient(String commonName, Path cert, Path key) throws IOException, GeneralSecurityException {
        KeyPair pair = LocalIssuer.newKey();
        X509Certificate made = issuer.client(commonName, pair.getPublic(), clock.instant(), LEAF_LIFE);
        PrivateFiles.writeKey(key, pair.getPrivate());
        PrivateFiles.writeCertificates(cert, List.of(made));
    }

    private static @Nullable LocalIssuer existing(Path folder, Instant now, List<String> warnings) {
        Path cert = folder.resolve("ca.crt");
        if (!Files.exists(cert)) return null;
        try {
            X509Certificate certificate = Pem.certificates(cert).getFirst();
            LocalIssuer found = new LocalIssuer(certificate, Pem.privateKey(folder.resolve("ca.key")));
            KeyPair probe = LocalIssuer.newKey();
            found.client("probe", probe.getPublic(), now, LEAF_LIFE).verify(certificate.getPublicKey());
            Instant needed = now.plus(LEAF_LIFE);
            if (certificate.getNotAfter().toInstant().isAfter(needed)) return found;
            warnings.add(cert + ": was about to expire and is made anew; clients have to trust the new one");
        } catch (BadMaterialException e) {
            warnings.add(e.problem() + "; made anew, clients have to trust the new " + cert);
        } catch (GeneralSecurityException | RuntimeException e) {
            warnings.add(cert + ": does not fit its key and is made anew; clients have to trust the new one");
        }
        return null;
    }

    private static LocalIssuer create(Path folder, Instant now) throws IOException, GeneralSecurityException {
        LocalIssuer made = LocalIssuer.create(now, AUTHORITY_LIFE);
        PrivateFiles.writeKey(folder.resolve("ca.key"), made.key());
        PrivateFiles.writeCertificates(folder.resolve("ca.crt"), List.of(made.certificate()));
        return made;
    }

    private boolean serverIsGood() {
        if (!Files.exists(cert()) || !Files.exists(key())) return false;
        try {
            OwnKey own = OwnKey.ofServer(cert(), key(), clock.instant());
            own.chain().getFirst().verify(issuer.certificate().getPublicKey());
            Instant end = own.chain().getFirst().getNotAfter().toInstant();
            return end.isAfter(clock.instant().plus(RENEWED_BEFORE));
        } catch (BadMaterialException | GeneralSecurityException e) {
            // Expired, from an older authority, or damaged: each ends in a new one.
            return false;
        }
    }

    private void makeServer() throws IOException, GeneralSecurityException {
        KeyPair pair = LocalIssuer.newKey();
        X509Certificate made = issuer.server(pair.getPublic(), clock.instant(), LEAF_LIFE);
        PrivateFiles.writeKey(key(), pair.getPrivate());
        PrivateFiles.writeCertificates(cert(), List.of(made));
    }
}
