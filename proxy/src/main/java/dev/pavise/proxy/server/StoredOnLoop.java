package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import io.netty.channel.EventLoop;

/** What waits for a record and lives on an event loop: it is told there, whichever thread the record was stored on. */
interface StoredOnLoop extends Stored {
    EventLoop eventLoop();

    void onStored();

    void onUnavailable(AuditUnavailable why);

    @Override
    default void stored(long seq) {
        if (eventLoop().inEventLoop()) {
            onStored();
        } else {
            eventLoop().execute(this::onStored);
        }
    }

    @Override
    default void unavailable(AuditUnavailable why) {
        if (eventLoop().inEventLoop()) {
            onUnavailable(why);
        } else {
            eventLoop().execute(() -> onUnavailable(why));
        }
    }
}
