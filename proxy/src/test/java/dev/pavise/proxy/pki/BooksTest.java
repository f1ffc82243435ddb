package dev.pavise.proxy.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BooksTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("issued.jsonl");
    }

    private void write() throws Exception {
        try (Books books = Books.open(file())) {
            books.issue(new IssuedCertificate(BigInteger.TEN, "client", List.of("CN=ä"), NOW, "00"), NOW);
            books.revoke(new RevokedCertificate(BigInteger.TEN, NOW, RevocationReason.SUPERSEDED));
            assertEquals(1, books.nextList(NOW));
        }
    }

    @Test
    void knowsAgainWhatItWrote() throws Exception {
        write();
        try (Books books = Books.open(file())) {
            assertEquals(
                    List.of("CN=ä"), books.issued(BigInteger.TEN).orElseThrow().names());
            assertEquals(
                    RevocationReason.SUPERSEDED,
                    books.revoked(BigInteger.TEN).orElseThrow().reason());
            assertEquals(2, books.nextList(NOW), "no list's number comes twice");
        }
    }

    @Test
    void goesOnBehindALineThatWasCutOff() throws Exception {
        write();
        byte[] whole = Files.readAllBytes(file());
        Files.writeString(
                file(), "{\"at\":\"2026-11-20T12:00:00Z\",\"event\":\"issued\",\"ser\u00e4", StandardOpenOption.APPEND);
        try (Books books = Books.open(file())) {
            assertTrue(books.revoked(BigInteger.TEN).isPresent());
            books.revoke(new RevokedCertificate(BigInteger.TWO, NOW, RevocationReason.UNSPECIFIED));
        }
        byte[] after = Files.readAllBytes(file());
        assertEquals(new String(whole), new String(after, 0, whole.length));
        try (Books books = Books.open(file())) {
            assertEquals(2, books.revoked().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "{}", "{\"event\":\"revoked\",\"serial\":\"zz\"}", "{\"event\":\"other\"}", ""})
    void stopsAtALineThatCannotBeRead(String line) throws Exception {
        write();
        Files.writeString(file(), line + "\n", StandardOpenOption.APPEND);
        PkiRefusal refusal =
                assertThrows(PkiRefusal.class, () -> Books.open(file()).close());
        assertTrue(refusal.why().contains("issued.jsonl:4"), refusal.why());
    }

    @Test
    void letsOneAtATimeWrite() throws Exception {
        try (Books books = Books.open(file())) {
            assertThrows(PkiRefusal.class, () -> Books.open(file()).close());
            assertEquals(List.of(), List.copyOf(books.revoked()));
        }
        Books.open(file()).close();
    }
}
