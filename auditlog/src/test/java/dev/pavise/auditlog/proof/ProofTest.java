package dev.pavise.auditlog.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.SideFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be proven is proven, from a log of two segments whose clock was set back in between; and nothing else is. */
class ProofTest {
    private static final int FIRST_RUN = 4700;
    private static final int SECOND_RUN = 4300;
    /** Both runs have an opening and a closing record. */
    private static final int SIZE = FIRST_RUN + SECOND_RUN + 4;

    private static final int SECOND_SEGMENT = FIRST_RUN + 2;

    @TempDir
    static Path root;

    @TempDir
    Path work;

    private static AuditSettings settings = Samples.settings(Path.of("unset"));
    private static String between = "";

    private AuditFolder folder = new AuditFolder(Path.of("unset"));

    @BeforeAll
    static void makeALog() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T10:00:00Z"));
        settings = Samples.settings(root).withClock(now::get);
        run(FIRST_RUN, now);
        between = Files.readString(settings.anchor());
        now.set(Instant.parse("2026-02-28T10:00:00Z"));
        run(SECOND_RUN, now);
    }

    private static void run(int records, AtomicReference<Instant> now) throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < records; i++) {
                now.updateAndGet(moment -> moment.plus(Duration.ofNanos(300_000)));
                Collected.append(store.log(), Samples.intent("alice", "request-" + i));
            }
        }
    }

    @BeforeEach
    void copy() throws IOException {
        Path copy = work.resolve("copy");
        Folders.copy(settings.dir(), copy);
        folder = new AuditFolder(copy);
    }

    private static PublicKey key() throws IOException {
        try {
            return SigningKey.parsePublic(Files.readString(settings.dir().resolve("audit.pub")));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private ProofResult check(String text) throws IOException {
        return ProofCheck.check(text, key(), Optional.of(settings.origin()));
    }

    private Proof proven(long seq) throws IOException {
        return assertInstanceOf(Proving.Proven.class, Prover.of(folder.dir()).bySeq(seq))
                .proof();
    }

    private static String id(byte[] line) {
        return new String(line, 7, 36, StandardCharsets.US_ASCII);
    }

    @Test
    void provesEveryRecordByItsNumberAndByItsId() throws IOException {
        Prover prover = Prover.of(folder.dir());
        for (long seq = 0; seq < SIZE; seq += seq == SIZE - 1 ? 1 : Math.min(113, SIZE - 1 - seq)) {
            Proof proof =
                    assertInstanceOf(Proving.Proven.class, prover.bySeq(seq)).proof();
            ProofResult.Included included =
                    assertInstanceOf(ProofResult.Included.class, check(proof.text()), "record " + seq);
            assertEquals(seq, included.seq());
            assertEquals(id(proof.line()), included.id());
            Proof byId = assertInstanceOf(Proving.Proven.class, prover.byId(id(proof.line())))
                    .proof();
            assertEquals(proof.text(), byId.text());
        }
    }

    @Test
    void writesTheFormOfC2sp() throws IOException {
        List<String> lines = proven(5).text().lines().toList();
        assertEquals("c2sp.org/tlog-proof@v1", lines.get(0));
        assertTrue(lines.get(1).startsWith("extra "), lines.get(1));
        assertEquals("index 5", lines.get(2));
        int blank = lines.indexOf("");
        assertEquals(settings.origin(), lines.get(blank + 1));
        assertEquals(String.valueOf(SIZE), lines.get(blank + 2));
        assertEquals(
                proven(5).text(), Proof.parse(proven(5).text()).orElseThrow().text());
    }

    @Test
    void tellsWhatIsWrongWithAProof() throws IOException {
        Proof proof = proven(77);
        byte[] changed = proof.line();
        changed[changed.length - 3] ^= 1;
        assertInstanceOf(
                ProofResult.RecordAbsent.class, check(new Proof(changed, 77, proof.hashes(), proof.note()).text()));
        byte[] other = Finder.line(folder, 78).orElseThrow();
        assertInstanceOf(ProofResult.Malformed.class, check(new Proof(other, 77, proof.hashes(), proof.note()).text()));
        assertInstanceOf(
                ProofResult.RecordAbsent.class, check(new Proof(other, 78, proof.hashes(), proof.note()).text()));
        List<byte[]> hashes = new ArrayList<>(proof.hashes());
        hashes.removeLast();
        assertInstanceOf(
                ProofResult.RecordAbsent.class, check(new Proof(proof.line(), 77, hashes, proof.note()).text()));
        assertInstanceOf(ProofResult.NotSigned.class, check(proof.text().replace("\n" + SIZE + "\n", "\n9999\n")));
        assertInstanceOf(ProofResult.Malformed.class, check(proof.text().replace("index 77", "index 077")));
        assertInstanceOf(ProofResult.Malformed.class, check("c2sp.org/tlog-proof@v1\n"));
        assertInstanceOf(ProofResult.Malformed.class, check(""));
    }

    @Test
    void namesTheKeyThatSignedAProofWhereItIsNotTheGivenOne() throws Exception {
        PublicKey other = SigningKey.generate().publicKey();
        ProofResult.NotSigned result = assertInstanceOf(
                ProofResult.NotSigned.class, ProofCheck.check(proven(3).text(), other, Optional.empty()));
        assertTrue(
                result.why().contains(dev.pavise.auditlog.codec.SignedNote.keyIdText(settings.origin(), key())),
                result.why());
    }

    @Test
    void takesNoFlippedCharacterOfAProof() throws IOException {
        String text = proven(1234).text();
        for (int at = 0; at < text.length(); at++) {
            char[] changed = text.toCharArray();
            changed[at] ^= 1;
            ProofResult result = check(new String(changed));
            assertFalse(result.holds(), "character " + at + " of the proof: " + result);
        }
    }

    @Test
    void tellsOfRecordsThatAreNotThereOrNotSignedYet() throws IOException {
        assertInstanceOf(Proving.Unknown.class, Prover.of(folder.dir()).bySeq(SIZE));
        assertInstanceOf(Proving.Unknown.class, Prover.of(folder.dir()).bySeq(-1));
        assertInstanceOf(Proving.Unknown.class, Prover.of(folder.dir()).byId("nonsense"));
        assertInstanceOf(Proving.Unknown.class, Prover.of(folder.dir()).byId("01993b5c-0000-7000-8000-000000000000"));
        Files.writeString(folder.checkpoint(), between);
        Proving.NotSignedYet late = assertInstanceOf(
                Proving.NotSignedYet.class, Prover.of(folder.dir()).bySeq(SIZE - 1));
        assertEquals(SECOND_SEGMENT, late.signed());
        Files.delete(folder.checkpoint());
        assertInstanceOf(Proving.Damaged.class, Prover.of(folder.dir()).bySeq(1));
        Files.write(folder.leaves(), new byte[0]);
        assertInstanceOf(Proving.NotSignedYet.class, Prover.of(folder.dir()).bySeq(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"removed", "zeroed", "flipped"})
    void provesFromTheRecordsWhereTheLeafHashesAreDamaged(String how) throws IOException {
        switch (how) {
            case "removed" -> Files.delete(folder.leaves());
            case "zeroed" -> Files.write(folder.leaves(), new byte[SIZE * 32]);
            default -> write(folder.leaves(), 4000L * 32, new byte[] {1, 2, 3});
        }
        assertInstanceOf(ProofResult.Included.class, check(proven(4321).text()));
        write(folder.blocks(), 0, new byte[8 * 30]);
        assertInstanceOf(ProofResult.Included.class, check(proven(4321).text()));
        assertInstanceOf(
                Proving.Proven.class,
                Prover.of(folder.dir()).byId(id(Finder.line(folder, 8888).orElseThrow())));
    }

    @Test
    void provesNothingOfARecordThatWasChanged() throws IOException {
        byte[] line = Finder.line(folder, 4321).orElseThrow();
        Path file = folder.queueFiles(1).getFirst();
        byte[] all = Files.readAllBytes(file);
        int at = new String(all, StandardCharsets.ISO_8859_1).indexOf(new String(line, StandardCharsets.ISO_8859_1));
        write(file, at + 130, new byte[] {'X'});
        assertInstanceOf(Proving.Damaged.class, Prover.of(folder.dir()).bySeq(4321));
        assertInstanceOf(ProofResult.Included.class, check(proven(4320).text()));
    }

    @Test
    void provesThatTheLogGoesOnFromAnEarlierCheckpoint() throws IOException {
        Proving proving = Prover.of(folder.dir()).extending(between);
        ConsistencyProof proof =
                assertInstanceOf(Proving.Extended.class, proving).proof();
        ProofResult.Extended extended = assertInstanceOf(ProofResult.Extended.class, check(proof.text()));
        assertEquals(SECOND_SEGMENT, extended.older().size());
        assertEquals(SIZE, extended.newer().size());
        String text = proof.text();
        for (int at = 0; at < text.length(); at++) {
            char[] changed = text.toCharArray();
            changed[at] ^= 1;
            assertFalse(check(new String(changed)).holds(), "character " + at);
        }
        List<byte[]> swapped = new ArrayList<>(proof.hashes());
        swapped.add(swapped.removeFirst());
        assertInstanceOf(
                ProofResult.NotExtended.class,
                check(new ConsistencyProof(swapped, proof.older(), proof.newer()).text()));
    }

    @Test
    void doesNotExtendAnotherHistory() throws IOException {
        String foreign = between.replace("\n" + SECOND_SEGMENT + "\n", "\n" + (SECOND_SEGMENT - 1) + "\n");
        assertInstanceOf(Proving.Damaged.class, Prover.of(folder.dir()).extending(foreign));
        assertInstanceOf(Proving.Unknown.class, Prover.of(folder.dir()).extending("nonsense"));
    }

    @Test
    void provesWhatRetentionLeftWithTheEdgeOfWhatItRemoved() throws Exception {
        MerkleTree before = new MerkleTree();
        try (SideFile leaves = SideFile.open(folder.leaves(), 32).orElseThrow()) {
            while (before.size() < SECOND_SEGMENT) {
                before.add(leaves.entry(before.size()));
            }
        }
        SigningKey signing = SigningKey.parse(Files.readString(settings.key()));
        Cut cut = Cut.sign(before, SIZE, Instant.EPOCH, settings.origin(), signing);
        Files.writeString(folder.cut(), cut.text());
        Folders.delete(folder.segment(1));
        write(folder.leaves(), 0, new byte[SECOND_SEGMENT * 32]);
        for (long seq : new long[] {SECOND_SEGMENT, SECOND_SEGMENT + 1, 5555, SIZE - 1}) {
            assertInstanceOf(ProofResult.Included.class, check(proven(seq).text()), "record " + seq);
        }
        Proving.Removed removed =
                assertInstanceOf(Proving.Removed.class, Prover.of(folder.dir()).bySeq(100));
        assertEquals(SECOND_SEGMENT, removed.first());
        Proving extended = Prover.of(folder.dir()).extending(between);
        assertTrue(
                check(assertInstanceOf(Proving.Extended.class, extended).proof().text())
                        .holds());
        Files.delete(folder.leaves());
        assertInstanceOf(ProofResult.Included.class, check(proven(SIZE - 3).text()));
    }

    private static void write(Path file, long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }
}
