package dev.pavise.runner.wasm.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeTest {
    private final MemoryLedger ledger = new MemoryLedger(1 << 20);
    private final Space frame = new Space(ledger, 1 << 20, 100);
    private final Space space = new Space(ledger, 200_000, 60);
    private final Tree tree = new Tree(frame, () -> 1);
    private final Folder scratch = tree.mount("/tmp", new Mount(Mount.Mode.SCRATCH, space));

    @ParameterizedTest
    @CsvSource({
        "a/b/file, a/b/file, SUCCESS",
        "./a//b/./file, a/b/file, SUCCESS",
        "a/../a/b/file, a/b/file, SUCCESS",
        "a/b/../../.., , NOTCAPABLE",
        "a/nothing/file, , NOENT",
        "a/b/file/more, , NOTDIR",
        "a/b/file/, , NOTDIR",
        "in/file, a/b/file, SUCCESS",
        "in/../b/file, a/b/file, SUCCESS",
        "last, a/b/file, SUCCESS",
        "out, , NOTCAPABLE",
        "round, , LOOP",
        "'', , NOENT"
    })
    void findsWhatAPathNames(String path, String same, Errno errno) {
        tree.createFolder(scratch, "a");
        tree.createFolder(scratch, "a/b");
        tree.createDocument(tree.find(scratch, "a/b/file", false));
        tree.createLink("a/b", scratch, "in");
        tree.createLink("a/b/file", scratch, "last");
        tree.createLink("../tmp/a", scratch, "out");
        tree.createLink("round", scratch, "round");
        if (errno == Errno.SUCCESS) {
            Node expected = tree.find(scratch, same, false).existing();
            assertEquals(expected, tree.find(scratch, path, true).existing());
        } else {
            assertEquals(errno, fault(() -> tree.find(scratch, path, true).existing()));
        }
    }

    private static Errno fault(Runnable attempt) {
        return assertThrows(Fault.class, attempt::run).errno();
    }

    @Test
    void doesNotMoveAFolderIntoItself() {
        tree.createFolder(scratch, "a");
        tree.createFolder(scratch, "a/b");
        Folder inner = (Folder) tree.find(scratch, "a/b", false).existing();
        assertEquals(Errno.INVAL, fault(() -> tree.rename(scratch, "a", inner, "c")));
        assertEquals(Errno.INVAL, fault(() -> tree.rename(scratch, "a", scratch, "a/b/c")));
    }

    @Test
    void makesNothingInAFolderThatIsGone() {
        tree.createFolder(scratch, "a");
        Folder gone = (Folder) tree.find(scratch, "a", false).existing();
        tree.removeFolder(scratch, "a");
        assertEquals(Errno.NOENT, fault(() -> tree.createFolder(gone, "b")));
        assertEquals(Errno.NOENT, fault(() -> tree.createDocument(tree.find(gone, "b", false))));
    }

    @Test
    void showsNothingOldWhenAFileIsCutAndLengthened() {
        Document document = tree.createDocument(tree.find(scratch, "x", false));
        byte[] full = new byte[10_000];
        Arrays.fill(full, (byte) 7);
        document.write(0, full, full.length, 2);
        document.resize(5_000, 3);
        document.resize(10_000, 4);
        byte[] back = new byte[10_000];
        assertEquals(10_000, document.read(0, back, back.length));
        byte[] expected = new byte[10_000];
        Arrays.fill(expected, 0, 5_000, (byte) 7);
        assertArrayEquals(expected, back);
    }

    @Test
    void keepsAFileThatIsOpenUntilItIsClosed() {
        Document document = tree.createDocument(tree.find(scratch, "x", false));
        document.opened();
        document.write(0, new byte[5000], 5000, 2);
        tree.removeFile(scratch, "x");
        assertTrue(space.taken() > 0);
        assertEquals(5000, document.read(0, new byte[6000], 6000));
        document.closed();
        assertEquals(0, space.taken());
    }

    /** Whatever is done, what is counted is what is there. */
    @Test
    void countsWhatIsThereWhateverIsDone() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            for (int i = 0; i < 200; i++) {
                try {
                    step(random);
                } catch (Fault fault) {
                    // Refused: nothing has changed.
                }
            }
            Set<Node> seen = new HashSet<>();
            long blocks = count(scratch, seen);
            assertEquals(blocks * Space.BLOCK, space.taken(), "seed " + seed);
            assertEquals(seen.size() + 1, space.nodes(), "seed " + seed);
            assertTrue(ledger.most() <= ledger.limit());
        }
    }

    private static long count(Folder folder, Set<Node> seen) {
        long blocks = 0;
        for (Node node : folder.children().values()) {
            if (!seen.add(node)) continue;
            if (node instanceof Folder inner) blocks += count(inner, seen);
            if (node instanceof Document document) blocks += (document.size() + Space.BLOCK - 1) / Space.BLOCK;
        }
        return blocks;
    }

    private void step(Random random) {
        String one = path(random);
        String two = path(random);
        switch (random.nextInt(9)) {
            case 0 -> tree.createFolder(scratch, one);
            case 1 -> tree.createDocument(free(one));
            case 2 -> tree.createLink(two, scratch, one);
            case 3 -> tree.createName(scratch, one, random.nextBoolean(), scratch, two);
            case 4 -> tree.removeFile(scratch, one);
            case 5 -> tree.removeFolder(scratch, one);
            case 6 -> tree.rename(scratch, one, scratch, two);
            case 7 -> {
                if (tree.find(scratch, one, true).existing() instanceof Document document) {
                    document.write(random.nextInt(20_000), new byte[5_000], random.nextInt(5_000), 2);
                }
            }
            default -> {
                if (tree.find(scratch, one, true).existing() instanceof Document document) {
                    document.resize(random.nextInt(30_000), 2);
                }
            }
        }
    }

    private Place free(String path) {
        Place place = tree.find(scratch, path, true);
        if (place.node() != null) throw new Fault(Errno.EXIST);
        return place;
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            path.append(random.nextInt(12) == 0 ? ".." : String.valueOf((char) ('a' + random.nextInt(4))))
                    .append('/');
        }
        path.setLength(path.length() - (random.nextInt(6) == 0 ? 0 : 1));
        return path.toString();
    }
}
