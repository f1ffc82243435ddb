package dev.pavise.auditlog.ship;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Where messages are shipped to. Used by one thread, which it may hold up, but not for ever. */
public interface Sink extends Closeable {
    /**
     * Delivers messages in their order, and returns when what it answers is so. After any answer but {@link Delivery.All} it is
     * closed, and a new one opened.
     *
     * @throws IOException when it is not known what arrived; all of them are sent again then
     */
    Delivery deliver(List<Message> messages) throws IOException, InterruptedException;

    /** Gives up what is under way; returns soon. */
    @Override
    void close();

    /** What became of some messages. */
    sealed interface Delivery {
        /** All were acknowledged. */
        record All() implements Delivery {}

        /** Those before this one were acknowledged; this one will never be taken, and those behind it are to be sent again. */
        record TooLarge(int index, String why) implements Delivery {}
    }

    /** Makes a sink; asked again after a failure, so that new credentials are taken up. */
    interface Opener {
        Sink open() throws IOException;
    }
}
