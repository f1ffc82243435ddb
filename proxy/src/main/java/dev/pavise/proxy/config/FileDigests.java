package dev.pavise.proxy.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is in files, by SHA-256. Small files are read each time. Large ones (revocation lists can be tens of megabytes) are read
 * again only once their inode, size or time of change differ. Of a folder, it is what lies in it. For one thread at a time.
 */
final class FileDigests {

    private static final String ABSENT = "absent";
    private static final int BLOCK = 64 << 10;
    private static final long LARGE = 1 << 20;
    private static final int MOST_LISTED = 1000;

    private record Known(String stamp, String digest) {}

    private final Map<Path, Known> large = new HashMap<>();

    Map<Path, String> of(Collection<Path> files) {
        large.keySet().retainAll(files);
        Map<Path, String> digests = new LinkedHashMap<>();
        for (Path file : files) digests.put(file, of(file));
        return digests;
    }

    private String of(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (now.isDirectory()) return listing(file);
            if (!now.isRegularFile()) return ABSENT;
            if (now.size() < LARGE) return digest(file);
            String stamp = now.fileKey() + "/" + now.size() + "/" + now.lastModifiedTime();
            Known known = large.get(file);
            if (known != null && known.stamp().equals(stamp)) return known.digest();
            String digest = digest(file);
            large.put(file, new Known(stamp, digest));
            return digest;
        } catch (IOException e) {
            // Gone, or not readable: either way there is nothing in it for us, until that changes.
            return ABSENT;
        }
    }

    /** Of a folder: the names in it, and what is in those that are files. */
    private static String listing(Path folder) throws IOException {
        MessageDigest all = sha256();
        try (Stream<Path> names = Files.list(folder)) {
            for (Path each : names.sorted().limit(MOST_LISTED).toList()) {
                String content = Files.isRegularFile(each) ? digest(each) : ABSENT;
                all.update((each.getFileName() + "\0" + content + "\0").getBytes(StandardCharsets.UTF_8));
            }
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static String digest(Path file) throws IOException {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), sha256())) {
            byte[] block = new byte[BLOCK];
            int read = 0;
            while (read >= 0) read = in.read(block);
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
