package dev.pavise.proxy.access;

import static dev.pavise.proxy.access.Makers.OPERATOR;
import static dev.pavise.proxy.access.Makers.START;
import static dev.pavise.proxy.access.Makers.create;
import static dev.pavise.proxy.access.Makers.done;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.identity.ApiKeys.Lookup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room: nothing is acknowledged, nothing of what was refused comes true later, and what is there goes on being served. */
class FullDiskTest {
    @TempDir
    Path root;

    private Path disk = Path.of("unset");
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(root.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
        Assumptions.assumeTrue(mounted, "mounting a small disk needs root");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertTrue(run("umount", "-l", disk.toString()));
        }
    }

    @Test
    void refusesChangesAndServesOn() throws Exception {
        Path filler = disk.resolve("filler");
        try (Access access = Makers.open(disk)) {
            NewKey key = create(access, "live");
            NewKey other = create(access, "other");
            done(access.assignRole(OPERATOR, "alice", "developer"));
            List<KeyView> before = access.keys();
            fill(filler);
            for (int round = 0; round < 5; round++) {
                refusedForRoom(access.createKey(OPERATOR, Makers.request("more" + round, "agent:list")));
                refusedForRoom(access.revokeKeysNamed(OPERATOR, "other"));
                refusedForRoom(access.assignRole(OPERATOR, "bob", "admin"));
                access.writeUses();
            }
            assertEquals(before, access.keys());
            assertInstanceOf(
                    Lookup.Found.class, access.state().keys().find(key.text().reveal(), START));
            Files.delete(filler);
            done(access.revokeKey(OPERATOR, other.record().id()));
        }
        try (Access access = Makers.open(disk)) {
            assertEquals(2, access.keys().size());
            assertEquals(1, access.bindings().size(), "nothing of what was refused came true");
        }
    }

    /** The room runs out somewhere within a change: in the store, or between store and edge. */
    @Test
    void roomThatRunsOutAnywhereInAChangeLeavesItWholeOrUndone() throws Exception {
        for (int left = 0; left < 40; left++) {
            Path dataDir = Files.createDirectory(disk.resolve("at" + left));
            Path filler = disk.resolve("filler");
            int given = 0;
            try (Access access = Makers.open(dataDir)) {
                create(access, "live");
                given = access.bindings().size();
                fill(filler);
                makeRoom(filler, left * 1024L);
                for (int round = 0; round < 20; round++) {
                    if (access.assignRole(OPERATOR, "user" + round, "developer") instanceof AccessResult.Done<?>) {
                        given++;
                    }
                }
                Files.delete(filler);
            }
            try (Access access = Makers.open(dataDir)) {
                assertEquals(given, access.bindings().size(), "with room for " + left + " KiB");
                done(access.assignRole(OPERATOR, "more", "developer"));
            }
            run("rm", "-r", dataDir.toString());
        }
    }

    private static void refusedForRoom(AccessResult<?> result) {
        AccessResult.Refused<?> refused = Makers.refused(result);
        assertEquals(GrantRefusal.STORE_UNAVAILABLE, refused.code(), refused.message());
    }

    private static void fill(Path filler) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] block = new byte[512];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertTrue(full.getMessage().contains("No space left"), full.toString());
        }
    }

    private static void makeRoom(Path filler, long bytes) throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(filler, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - bytes);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }
}
