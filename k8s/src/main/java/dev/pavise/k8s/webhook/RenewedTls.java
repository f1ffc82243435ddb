package dev.pavise.k8s.webhook;

import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.proxy.pem.BadMaterialException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
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
    private volatile SSLContext current;
    private volatile String digest;
    private String complained = "";

    RenewedTls(InjectorConfig.Tls files, Duration interval) throws BadMaterialException {
        this.files = files;
        this.digest = digest();
        this.current = TlsMaterial.load(files);
        this.watch = Thread.ofVirtual().name("tls-files").start(() -> watch(interval));
    }

    /** What the next handshake goes by. */
    SSLContext current() {
        return current;
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
            current = TlsMaterial.load(files);
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
