package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FlushesTest {
    private static final class Counting extends ChannelOutboundHandlerAdapter {
        private int flushes;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            flushes++;
            ctx.flush();
        }
    }

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Flushes flushes = new Flushes(loops.next());
    private final Counting counting = new Counting();
    private EmbeddedChannel channel = new EmbeddedChannel();
    private Flushes.Gathered gathered = flushes.of(channel, channel);

    @BeforeEach
    void open() {
        channel = new EmbeddedChannel(counting);
        gathered = flushes.of(channel, channel);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Runs it on the loop, and waits for the end of the turn; what comes next may else run in the same one. */
    private void turn(Runnable task) {
        loops.next().submit(task).syncUninterruptibly();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        ((SingleThreadEventLoop) loops.next()).executeAfterEventLoopIteration(() -> ended.complete(null));
        ended.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private void write(int bytes) {
        channel.write(Unpooled.buffer(bytes).writeZero(bytes));
    }

    @Test
    void sendsOnceAtTheEndOfATurn() {
        turn(() -> {
            write(100);
            gathered.soon();
            write(100);
            gathered.soon();
            assertEquals(0, counting.flushes);
        });
        turn(() -> assertEquals(1, counting.flushes));
        turn(gathered::soon);
        turn(() -> assertEquals(2, counting.flushes));
    }

    @Test
    void sendsWhatIsLargeAtOnce() {
        turn(() -> {
            write(5000);
            gathered.soon();
            assertEquals(1, counting.flushes);
        });
        turn(() -> assertEquals(1, counting.flushes));
    }

    @Test
    void settlesBeforeAnEndAndNotAgain() {
        turn(() -> {
            gathered.settle();
            assertEquals(0, counting.flushes);
            write(100);
            gathered.soon();
            gathered.settle();
            assertEquals(1, counting.flushes);
        });
        turn(() -> assertEquals(1, counting.flushes));
    }

    @Test
    void sendsAtOnceOnALoopThatHasNoTurns() {
        Counting here = new Counting();
        EmbeddedChannel own = new EmbeddedChannel(here);
        new Flushes(own.eventLoop()).of(own, own).soon();
        assertEquals(1, here.flushes);
        own.finishAndReleaseAll();
    }

    /** Stands for what encrypts: behind the handler that sends, in front of what asks for a flush. */
    private final class Encrypting extends ChannelOutboundHandlerAdapter {
        private final String name;

        private Encrypting(String name) {
            this.name = name;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            seen.add("encrypt " + name);
            ctx.flush();
        }
    }

    private final class Sending extends ChannelOutboundHandlerAdapter {
        private final String name;

        private Sending(String name) {
            this.name = name;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            seen.add("send " + name);
            ctx.flush();
        }

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            seen.add("close " + name);
            ctx.close(promise);
        }
    }

    private final List<String> seen = new ArrayList<>();

    private EmbeddedChannel encrypted(String name) {
        return new EmbeddedChannel(new Sending(name), flushes.sender(), new Encrypting(name));
    }

    @Test
    void encryptsAllBeforeItSendsAny() {
        EmbeddedChannel one = encrypted("1");
        EmbeddedChannel other = encrypted("2");
        turn(() -> {
            flushes.of(one, one).soon();
            flushes.of(other, other).soon();
        });
        turn(() -> assertEquals(List.of("encrypt 1", "encrypt 2", "send 1", "send 2"), seen));
        turn(one::flush);
        turn(() -> assertEquals(List.of("encrypt 1", "send 1"), seen.subList(4, 6)));
        one.finishAndReleaseAll();
        other.finishAndReleaseAll();
    }

    @Test
    void sendsBeforeItCloses() {
        EmbeddedChannel closing = encrypted("1");
        closing.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                ctx.flush();
                ctx.close();
            }
        });
        turn(() -> flushes.of(closing, closing).soon());
        turn(() -> assertEquals(List.of("encrypt 1", "send 1", "close 1"), seen));
        closing.finishAndReleaseAll();
    }
}
