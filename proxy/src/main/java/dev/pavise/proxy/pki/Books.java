package dev.pavise.proxy.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an authority issued and revoked: one JSON object a line, only ever added to, and on the disk before anybody is told.
 *
 * <p>A line that a crash cut off was told to nobody and is dropped by the next writer; any other line that cannot be read stops
 * everything, as nobody could say what was revoked. Open at most once at a time: the file is locked.
 */
final class Books implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long MOST_BYTES = 256L << 20;

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private final Map<BigInteger, IssuedCertificate> issued = new LinkedHashMap<>();
    private final Map<BigInteger, RevokedCertificate> revoked = new LinkedHashMap<>();
    private long lists;

    private Books(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    static Books open(Path file) throws IOException, PkiRefusal {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                ownerOnly(file));
        try {
            FileLock lock = lock(channel);
            if (lock == null) throw new PkiRefusal(file + ": another command is at work in this folder; try again");
            Books books = new Books(file, channel, lock);
            books.read();
            return books;
        } catch (IOException | PkiRefusal | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Optional<IssuedCertificate> issued(BigInteger serial) {
        return Optional.ofNullable(issued.get(serial));
    }

    Optional<RevokedCertificate> revoked(BigInteger serial) {
        return Optional.ofNullable(revoked.get(serial));
    }

    Collection<RevokedCertificate> revoked() {
        return List.copyOf(revoked.values());
    }

    void issue(IssuedCertificate made, Instant at) throws IOException {
        Map<String, Object> line = line(at, "issued", made.serial());
        line.put("use", made.use());
        line.put("names", made.names());
        line.put("not_after", made.notAfter().toString());
        line.put("sha256", made.sha256());
        append(line);
        issued.put(made.serial(), made);
    }

    void revoke(RevokedCertificate gone) throws IOException {
        Map<String, Object> line = line(gone.at(), "revoked", gone.serial());
        line.put("reason", gone.reason().code());
        append(line);
        revoked.put(gone.serial(), gone);
    }

    /** The number of the next list, never given twice. */
    long nextList(Instant at) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("at", at.toString());
        line.put("event", "list");
        line.put("number", lists + 1);
        append(line);
        return ++lists;
    }

    private static Map<String, Object> line(Instant at, String event, BigInteger serial) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("at", at.toString());
        line.put("event", event);
        line.put("serial", serial.toString(16));
        return line;
    }

    private void append(Map<String, Object> line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        channel.position(channel.size());
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
    }

    private void read() throws IOException, PkiRefusal {
        if (channel.size() > MOST_BYTES) throw new PkiRefusal(file + ": is larger than 256 MiB");
        ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) read = channel.read(bytes);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        int whole = text.lastIndexOf('\n') + 1;
        int number = 0;
        for (String line : text.substring(0, whole).lines().toList()) take(line, ++number);
        channel.truncate(text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length);
    }

    private void take(String line, int number) throws PkiRefusal {
        try {
            JsonNode node = JSON.readTree(line);
            switch (text(node, "event")) {
                case "issued" -> takeIssued(node);
                case "revoked" -> takeRevoked(node);
                case "list" -> lists = Math.max(lists, node.required("number").asLong());
                default -> throw new IllegalArgumentException("an event that is not known");
            }
        } catch (JacksonException | IllegalArgumentException | java.time.DateTimeException e) {
            throw new PkiRefusal(file + ":" + number + ": cannot be read; put the file back from a backup, or the"
                    + " revocations in it are lost");
        }
    }

    private void takeIssued(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.required("names").forEach(name -> names.add(name.asString()));
        BigInteger serial = serial(node);
        issued.put(
                serial,
                new IssuedCertificate(
                        serial,
                        text(node, "use"),
                        names,
                        Instant.parse(text(node, "not_after")),
                        text(node, "sha256")));
    }

    private void takeRevoked(JsonNode node) {
        BigInteger serial = serial(node);
        RevocationReason reason = RevocationReason.valueOf(text(node, "reason").toUpperCase(java.util.Locale.ROOT));
        revoked.put(serial, new RevokedCertificate(serial, Instant.parse(text(node, "at")), reason));
    }

    private static BigInteger serial(JsonNode node) {
        return new BigInteger(text(node, "serial"), 16);
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).asString();
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
