package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No tool goes to the runner without its records (promises P3 and P4). */
final class ToolRecordTest {
    @TempDir
    Path folder;

    /** A real log that takes none of certain records. */
    private record Picky(AuditStore store, Predicate<AuditRecord> refused) implements AuditLog {
        AuditStore asStore() {
            InvocationHandler calls = (proxy, method, arguments) -> {
                if (method.getName().equals("log")) {
                    return this;
                }
                try {
                    return method.invoke(store, arguments);
                } catch (InvocationTargetException failed) {
                    throw failed.getCause();
                }
            };
            return (AuditStore)
                    Proxy.newProxyInstance(Picky.class.getClassLoader(), new Class<?>[] {AuditStore.class}, calls);
        }

        @Override
        public void append(AuditRecord record, Durability atLeast, Stored then) {
            if (refused.test(record)) {
                then.unavailable(UNAVAILABLE);
            } else {
                store.log().append(record, atLeast, then);
            }
        }

        @Override
        public Optional<AuditUnavailable> unavailable() {
            return store.log().unavailable();
        }
    }

    private static final AuditUnavailable UNAVAILABLE =
            new AuditUnavailable(AuditUnavailable.Reason.BROKEN, "as the test wants it");

    private void refusesToRunWithout(Predicate<AuditRecord> record) throws Exception {
        try (ToolShop shop = new ToolShop(folder, settings -> new Picky(AuditStore.open(settings), record).asStore())) {
            shop.make("hello");
            ToolShop.Reply reply = shop.run("hello", "");
            assertEquals(503, reply.status(), reply.text());
            assertEquals("audit_unavailable", reply.code());
            assertEquals(List.of(), shop.runner.seen());
        }
    }

    @Test
    void runsNothingWithoutAnIntent() throws Exception {
        refusesToRunWithout(
                record -> record.phase() == Phase.INTENT && record.action().equals("tool.execute"));
    }

    @Test
    void runsNothingWithoutTheRecordThatItWasVerified() throws Exception {
        refusesToRunWithout(record -> "tool_verified".equals(record.eventType()));
    }
}
