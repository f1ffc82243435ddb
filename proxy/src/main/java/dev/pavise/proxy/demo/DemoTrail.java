package dev.pavise.proxy.demo;

import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Verification;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The audit trail that a demonstration left: whether it holds its calls, verifies, and no longer does once a byte is changed. */
final class DemoTrail {
    private static final String NAME = "their audit trail";

    private final DemoFolder folder;

    DemoTrail(DemoFolder folder) {
        this.folder = folder;
    }

    DemoCheck.Beat check(List<String> requests) throws IOException {
        for (String request : requests) {
            if (request.isEmpty() || records(request).isEmpty()) {
                return failed("no record of request `" + request + "`");
            }
        }
        Verification own = verify(folder.audit());
        if (!(own instanceof Verification.Whole)) {
            return failed("does not verify: " + own);
        }
        AuditPage.Row victim = records(requests.getFirst()).getFirst();
        Path copy = Files.createTempDirectory("pavise-demo-copy");
        try {
            copyTo(copy);
            changeOneByte(copy, victim);
            return switch (verify(copy)) {
                case Verification.Partly partly -> failed("the copy is judged in part: " + partly.findings());
                case Verification.Whole whole -> failed("a changed byte in record " + victim.seq() + " was not found");
                case Verification.Broken broken
                when broken.first().seq() != victim.seq() ->
                    failed("a changed byte in record " + victim.seq() + " was taken for: " + broken.first());
                case Verification.Broken broken ->
                    new DemoCheck.Beat(
                            NAME,
                            true,
                            own.counts().records() + " records verify; one byte changed in a copy: " + broken.first());
            };
        } finally {
            remove(copy);
        }
    }

    private static DemoCheck.Beat failed(String seen) {
        return new DemoCheck.Beat(NAME, false, seen);
    }

    private List<AuditPage.Row> records(String request) throws IOException {
        return AuditSearch.offline(folder.audit())
                .page(AuditQuery.builder().requestId(request).build())
                .rows();
    }

    private Verification verify(Path trail) throws IOException {
        // The public key of the untouched folder: a copy that was tampered with would bring its own.
        Path key = folder.audit().resolve("audit.pub");
        return AuditVerifier.verify(new AuditVerifier.Request(trail, key, folder.anchor(), null), count -> {});
    }

    private void copyTo(Path copy) throws IOException {
        try (Stream<Path> files = Files.walk(folder.audit())) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(folder.audit().relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void changeOneByte(Path copy, AuditPage.Row victim) throws IOException {
        byte[] line = victim.line();
        try (Stream<Path> files = Files.walk(copy)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".cq4")).toList()) {
                long at = find(file, line);
                if (at >= 0) {
                    flip(file, at + line.length / 2);
                    return;
                }
            }
        }
        throw new IOException("record " + victim.seq() + " is in no file of the copy");
    }

    private static long find(Path file, byte[] line) throws IOException {
        // ISO 8859-1 gives each byte one letter, so places in the text are places in the file. The files of a
        // demonstration are small.
        byte[] start = new byte[1 << 22];
        int length;
        try (var in = Files.newInputStream(file)) {
            length = in.readNBytes(start, 0, start.length);
        }
        return new String(start, 0, length, StandardCharsets.ISO_8859_1)
                .indexOf(new String(line, StandardCharsets.ISO_8859_1));
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            bytes.write(was ^ 1);
        }
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
