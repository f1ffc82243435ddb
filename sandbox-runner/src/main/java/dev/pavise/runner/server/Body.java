package dev.pavise.runner.server;

import io.netty.buffer.ByteBuf;

/** Takes the body of one request. Called on the event loop of its connection; bytes come one piece at a time, each only after the one before was done with. */
interface Body {
    /** For requests whose answer is there already: what still comes is dropped. */
    Body IGNORED = new Body() {
        @Override
        public void bytes(ByteBuf data, Runnable done) {
            data.release();
            done.run();
        }
    };

    /** The next bytes, which are the taker's to release; it calls {@code done}, on any thread, when it can take more. */
    void bytes(ByteBuf data, Runnable done);

    /** All of it came. */
    default void end() {}

    /** The client left, or was too slow: there is nobody to answer any more. Comes at most once, also behind the end. */
    default void gone() {}
}
