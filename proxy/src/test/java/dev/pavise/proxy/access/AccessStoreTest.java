package dev.pavise.proxy.access;

import static dev.pavise.proxy.access.Makers.OPERATOR;
import static dev.pavise.proxy.access.Makers.START;
import static dev.pavise.proxy.access.Makers.create;
import static dev.pavise.proxy.access.Makers.done;
import static dev.pavise.proxy.access.Makers.found;
import static dev.pavise.proxy.access.Makers.reason;
import static dev.pavise.proxy.access.Makers.refused;
import static dev.pavise.proxy.access.Makers.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.identity.UnprovenReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That what operators did is there after the next start, for nobody else, and told where it could not be done. */
final class AccessStoreTest {
    @TempDir
    Path dataDir;

    private final AtomicReference<Instant> time = new AtomicReference<>(START);
    private Access access;

    @BeforeEach
    void open() throws Exception {
        access = Makers.open(dataDir, time::get);
    }

    @AfterEach
    void close() {
        access.close();
    }

    // ---- the store

    @Test
    void everythingIsThereAfterTheNextStart() throws Exception {
        NewKey live = create(access, "live");
        NewKey revoked = create(access, "revoked");
        done(access.revokeKey(OPERATOR, revoked.record().id()));
        done(access.assignRole(OPERATOR, "alice", "developer"));
        found(access, time.get(), live.text());
        List<KeyView> keys = access.keys();
        List<BindingView> bindings = access.bindings();
        access.close();
        access = Makers.open(dataDir, time::get);
        assertEquals(keys, access.keys());
        assertEquals(bindings, access.bindings());
        assertEquals("key:live", found(access, time.get(), live.text()).id());
        assertEquals(UnprovenReason.REVOKED, reason(access, time.get(), revoked.text()));
    }

    @Test
    void nobodyElseCanReadItAndNoSecretIsInIt() throws Exception {
        NewKey made = create(access, "ci");
        try (Stream<Path> files = Files.walk(dataDir.resolve("access"))) {
            for (Path file : files.toList()) {
                boolean folder = Files.isDirectory(file);
                assertEquals(
                        folder ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                        file.toString());
                String content = folder ? "" : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(made.text().reveal().substring(25, 68)), file.toString());
            }
        }
    }

    @Test
    void aSecondOpeningIsToldWhoHasIt() {
        AccessOpenException refused = assertThrows(AccessOpenException.class, () -> Makers.open(dataDir));
        assertTrue(
                refused.getMessage()
                        .contains("is in use by process "
                                + ProcessHandle.current().pid()),
                refused.getMessage());
    }

    @Test
    void writesDownLastUseLazily() throws Exception {
        NewKey made = create(access, "ci");
        assertEquals(Optional.empty(), access.keys().getFirst().lastUsed());
        found(access, time.get(), made.text());
        assertEquals(START, access.keys().getFirst().lastUsed().orElseThrow());
        long before = Files.size(dataDir.resolve("access/access.mv"));
        found(access, time.get(), made.text());
        assertEquals(before, Files.size(dataDir.resolve("access/access.mv")), "not on use");
        access.writeUses();
        time.set(START.plusSeconds(100));
        found(access, time.get(), made.text());
        access.close();
        access = Makers.open(dataDir, time::get);
        assertEquals(START.plusSeconds(100), access.keys().getFirst().lastUsed().orElseThrow());
    }

    @Test
    void aFileThatGrewIsWrittenAnew() throws Exception {
        Path file = dataDir.resolve("access/access.mv");
        create(access, "ci");
        found(
                access,
                time.get(),
                done(access.rotateKey(OPERATOR, "ci", Duration.ZERO)).text());
        access.writeUses();
        long largest = 0;
        boolean shrank = false;
        for (int user = 0; user < 60; user++) {
            done(access.assignRole(OPERATOR, "user" + user + "x".repeat(500), "developer"));
        }
        for (int round = 0; round < 1000 && !shrank; round++) {
            done(access.assignRole(OPERATOR, "alice", "developer"));
            done(access.unassignRole(OPERATOR, "alice", "developer"));
            long size = Files.size(file);
            shrank = size < largest;
            largest = Math.max(size, largest);
        }
        assertTrue(shrank, "grew to " + largest);
        List<KeyView> keys = access.keys();
        assertTrue(keys.stream().anyMatch(key -> key.lastUsed().isPresent()));
        access.close();
        access = Makers.open(dataDir, time::get);
        assertEquals(keys, access.keys());
    }

    @Test
    void changeThatCannotBePutInForceIsToldSo() {
        access.onChange(() -> {
            throw new IllegalStateException("no");
        });
        assertEquals(
                GrantRefusal.NOT_IN_FORCE,
                refused(access.assignRole(OPERATOR, "alice", "developer")).code());
        NewKey[] made = new NewKey[1];
        access.onChange(() -> {});
        made[0] = create(access, "ci");
        access.onChange(() -> assertEquals(
                UnprovenReason.REVOKED, reason(access, time.get(), made[0].text()), "revoked before anybody is told"));
        done(access.revokeKey(OPERATOR, made[0].record().id()));
    }

    @Test
    void nothingIsChangedAfterTheEnd() {
        access.close();
        assertEquals(
                GrantRefusal.STORE_UNAVAILABLE,
                refused(access.createKey(OPERATOR, request("ci"))).code());
    }
}
