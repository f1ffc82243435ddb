package dev.pavise.proxy.server;

import dev.pavise.proxy.http.HeaderBlock;
import java.util.ArrayDeque;

/** Header blocks of one event loop that wait to be used again; bounded, so that a flood leaves nothing behind. */
final class Blocks {
    private static final int KEPT = 256;

    private final ArrayDeque<HeaderBlock> free = new ArrayDeque<>(KEPT);

    HeaderBlock take() {
        HeaderBlock block = free.poll();
        return block == null ? new HeaderBlock() : block;
    }

    /** Takes a block back; nobody may hold it or a view of it any more. */
    void give(HeaderBlock block) {
        block.clear();
        if (free.size() < KEPT && block.isSmall()) {
            free.push(block);
        }
    }
}
