package dev.pavise.auditlog.segment;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in an audit folder.
 *
 * <pre>
 * segment-0000000001/   a Chronicle Queue with one cycle file; a new one at each start, and when one is full or old
 *   start               the signed tree of the records before the segment, from which a cut is made
 * cut                   where retention removed records: the first one that is left, and the tree before it, signed
 * leaves                32 bytes for each record: its leaf hash; for naming the one that was changed, and for proofs
 * blocks                8 bytes for each 256 records: where the first of them is
 * checkpoint            the newest signed checkpoint, with the left edge of its tree
 * checkpoints           earlier ones, one in ten minutes and at each close
 * retired-keys          public keys that signed before, each note signed by the key that came after
 * audit.pub             the public key, for convenience: whoever checks brings their own copy
 * index/                what queries use to read less; every page of it under a MAC
 * lock, reserve, mirror.position
 * </pre>
 */
public record AuditFolder(Path dir) {
    /** How many records one entry of {@code blocks} stands for. */
    public static final int BLOCK = 256;

    private static final Pattern SEGMENT = Pattern.compile("segment-([0-9]{10})");
    private static final int MAX_SEGMENT = (1 << 23) - 1;

    public Path segment(int number) {
        return dir.resolve(String.format("segment-%010d", number));
    }

    /** The signed tree of all the records before a segment. */
    public Path start(int number) {
        return segment(number).resolve("start");
    }

    /** The note that retention leaves in the place of what it removed. */
    public Path cut() {
        return dir.resolve("cut");
    }

    public Path leaves() {
        return dir.resolve("leaves");
    }

    public Path blocks() {
        return dir.resolve("blocks");
    }

    public Path checkpoint() {
        return dir.resolve("checkpoint");
    }

    public Path checkpoints() {
        return dir.resolve("checkpoints");
    }

    public Path retiredKeys() {
        return dir.resolve("retired-keys");
    }

    public Path publicKey() {
        return dir.resolve("audit.pub");
    }

    public Path lock() {
        return dir.resolve("lock");
    }

    public Path reserve() {
        return dir.resolve("reserve");
    }

    public Path index() {
        return dir.resolve("index");
    }

    public Path mirrorPosition() {
        return dir.resolve("mirror.position");
    }

    /** The numbers of the segments, in their order; 0 is never one. */
    public List<Integer> segments() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir, "segment-*")) {
            for (Path entry : entries) {
                Matcher name = SEGMENT.matcher(entry.getFileName().toString());
                if (name.matches() && Files.isDirectory(entry)) {
                    long number = Long.parseLong(name.group(1));
                    if (number > 0 && number <= MAX_SEGMENT) {
                        numbers.add((int) number);
                    }
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(numbers);
        return numbers;
    }

    /** The queue files of a segment: one, unless somebody meddled or the gateway died while making it. */
    public List<Path> queueFiles(int number) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(segment(number), "*.cq4")) {
            entries.forEach(files::add);
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(files);
        return files;
    }
}
