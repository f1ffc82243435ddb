package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStats;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Stored;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real log that, of records which must survive a loss of power, does not say that they are stored before the test lets it. */
final class HeldLog implements AuditLog {
    private final AuditStore store;
    private final List<Runnable> held = new CopyOnWriteArrayList<>();

    private HeldLog(AuditStore store) {
        this.store = store;
    }

    static HeldLog open(AuditSettings settings) throws AuditOpenException {
        return new HeldLog(AuditStore.open(settings));
    }

    /** The store, in all but its log the real one. */
    AuditStore asStore() {
        return asStore(this);
    }

    /** The same with another log in front of this one. */
    AuditStore asStore(AuditLog front) {
        InvocationHandler calls = (proxy, method, arguments) -> {
            if (method.getName().equals("log")) {
                return front;
            }
            try {
                return method.invoke(store, arguments);
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        };
        return (AuditStore)
                Proxy.newProxyInstance(HeldLog.class.getClassLoader(), new Class<?>[] {AuditStore.class}, calls);
    }

    @Override
    public void append(AuditRecord record, Durability atLeast, Stored then) {
        store.log()
                .append(
                        record,
                        atLeast,
                        atLeast == Durability.PROCESS
                                ? then
                                : new Stored() {
                                    @Override
                                    public void stored(long seq) {
                                        held.add(() -> then.stored(seq));
                                    }

                                    @Override
                                    public void unavailable(AuditUnavailable why) {
                                        then.unavailable(why);
                                    }
                                });
    }

    @Override
    public Optional<AuditUnavailable> unavailable() {
        return store.log().unavailable();
    }

    AuditStats stats() {
        return store.stats();
    }

    int held() {
        return held.size();
    }

    /** As if the disk had it now. */
    void release() {
        held.removeFirst().run();
    }
}
