package dev.pavise.k8s.webhook;

import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.proxy.pem.BadMaterialException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS by files that change while it serves: a Secret's, which the manager renews. What cannot be used leaves the last good one in
 * force and is tried again, as a certificate may be seen before its key.
 */
final class RenewedTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RenewedTls.class);

    private final InjectorConfig.Tls files;
    private final Thread watch;
    private final SSLContext context;
    private volatile TlsMaterial.Managers current;
    /** A handshake that began with it asks once more for its key. */
    private volatile TlsMaterial.Managers previous;

    private volatile String digest;
    private String complained = "";

    RenewedTls(InjectorConfig.Tls files, Duration interval) throws BadMaterialException {
        this.files = files;
        this.digest = digest();
        this.current = TlsMaterial.load(files, digest);
        this.previous = current;
        this.context = renewing();
        this.watch = Thread.ofVirtual().name("tls-files").start(() -> watch(interval));
    }

    /** The server asks for it once; each handshake with it goes by what is current then. */
    SSLContext context() {
        return context;
    }

    private SSLContext renewing() throws BadMaterialException {
        try {
            SSLContext made = SSLContext.getInstance("TLSv1.3");
            made.init(
                    new KeyManager[] {new CurrentKey(() -> current.key(), () -> previous.key())},
                    new TrustManager[] {new CurrentTrust(() -> current.trust())},
                    null);
            return made;
        } catch (GeneralSecurityException e) {
            throw new BadMaterialException("TLS 1.3 is not to be had here: " + e.getMessage());
        }
    }

    @SuppressWarnings("BusyWait") // looks at files every so often, and ends by an interrupt
    private void watch(Duration interval) {
        try {
            while (true) {
                Thread.sleep(interval);
                lookAgain();
            }
        } catch (InterruptedException e) {
            // The server closes.
        }
    }

    private void lookAgain() {
        String now = digest();
        if (now.equals(digest)) {
            return;
        }
        try {
            TlsMaterial.Managers renewed = TlsMaterial.load(files, now);
            previous = current;
            current = renewed;
            digest = now;
            LOG.info("certificate renewed from {}", files.cert());
        } catch (BadMaterialException e) {
            if (!now.equals(complained)) {
                LOG.warn("certificate stays as it was: {}", e.problem());
                complained = now;
            }
        }
    }

    private String digest() {
        List<Path> read = new ArrayList<>(List.of(files.cert(), files.key()));
        Path authority = files.clientCa();
        if (authority != null) {
            read.add(authority);
        }
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Path file : read) {
                sha.update(Files.readAllBytes(file));
                sha.update((byte) 0);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (IOException e) {
            return "unreadable";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
