package dev.pavise.runner.tls;

import dev.pavise.runner.config.TlsConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS of a door, read anew when its files have changed. What cannot be used, such as half of a change, is told once and leaves what is in force. */
public final class RenewedTls implements Supplier<DoorTls> {
    private static final Logger log = LoggerFactory.getLogger(RenewedTls.class);

    private final TlsConfig files;
    private final List<String> names;
    private final InstantSource clock;
    private byte[] seen;
    private volatile DoorTls current;

    private RenewedTls(TlsConfig files, Collection<String> names, InstantSource clock) throws BadMaterialException {
        this.files = files;
        this.names = List.copyOf(names);
        this.clock = clock;
        this.seen = digest();
        this.current = DoorTls.load(files, names, clock);
    }

    /** Reads and checks the files; callers have to carry one of the names. */
    public static RenewedTls load(TlsConfig files, Collection<String> names, InstantSource clock)
            throws BadMaterialException {
        return new RenewedTls(files, names, clock);
    }

    /** What is in force. */
    @Override
    public DoorTls get() {
        return current;
    }

    /** Looks at the files, which takes its time; true where something new is in force now. */
    public synchronized boolean renew() {
        try {
            byte[] now = digest();
            if (Arrays.equals(now, seen)) {
                return false;
            }
            seen = now;
            current = DoorTls.load(files, names, clock);
            log.info("the files of `tls` have changed, and are in force");
            return true;
        } catch (BadMaterialException e) {
            log.error("the files of `tls` have changed and cannot be used, so that the old ones stay: {}", e.problem());
            return false;
        }
    }

    private byte[] digest() throws BadMaterialException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : List.of(files.cert(), files.key(), files.clientCa())) {
                byte[] content = Files.readAllBytes(file);
                digest.update((content.length + "\n").getBytes(StandardCharsets.US_ASCII));
                digest.update(content);
            }
            return digest.digest();
        } catch (IOException e) {
            throw new BadMaterialException("a file of `tls` cannot be read; is it readable to the runner's user?");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
