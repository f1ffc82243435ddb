package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReadsTest {
    /** Writes down what a connection is told, and by which one. */
    private final class Told extends ChannelInboundHandlerAdapter {
        private final String name;

        private Told(String name) {
            this.name = name;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            told.add(name + data.toString(StandardCharsets.US_ASCII));
            data.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            told.add(name + " complete");
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            told.add(name + " gone");
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            told.add(name + " " + event);
        }
    }

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Reads reads = new Reads(loops.next());
    private final List<String> told = new ArrayList<>();
    private final ChannelHandler handler = reads.handler();
    private EmbeddedChannel one = new EmbeddedChannel();
    private EmbeddedChannel other = new EmbeddedChannel();

    @BeforeEach
    void open() {
        one = new EmbeddedChannel(handler, new Told("a"));
        other = new EmbeddedChannel(reads.handler(), new Told("b"));
    }

    @AfterEach
    void close() {
        turn(() -> {
            one.finishAndReleaseAll();
            other.finishAndReleaseAll();
        });
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Runs it on the loop; a second task comes behind all that it put off. */
    private void turn(Runnable task) {
        loops.next().submit(task).syncUninterruptibly();
        loops.next().submit(() -> {}).syncUninterruptibly();
    }

    private static void read(EmbeddedChannel channel, String text) {
        channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private static void complete(EmbeddedChannel channel) {
        channel.pipeline().fireChannelReadComplete();
    }

    @Test
    void tellsWhenAllConnectionsAreRead() {
        turn(() -> {
            read(one, "1");
            complete(one);
            read(other, "2");
            complete(other);
            assertEquals(List.of(), told);
        });
        assertEquals(List.of("a1", "a complete", "b2", "b complete"), told);
        turn(() -> read(one, "3"));
        assertEquals("a3", told.getLast());
    }

    @Test
    void holdsNoMoreThanOneMessageOfAConnection() {
        turn(() -> {
            read(one, "1");
            read(one, "2");
            assertEquals(List.of("a1", "a2"), told);
            read(one, "3");
            assertEquals(List.of("a1", "a2"), told);
            complete(one);
        });
        assertEquals(List.of("a1", "a2", "a3", "a complete"), told);
    }

    @Test
    void completesAtOnceWhereNothingIsHeld() {
        turn(() -> {
            complete(one);
            assertEquals(List.of("a complete"), told);
        });
    }

    @Test
    void keepsTheOrderOfEvents() {
        turn(() -> {
            read(one, "1");
            complete(one);
            one.pipeline().fireUserEventTriggered("event");
            assertEquals(List.of("a1", "a complete", "a event"), told);
            read(one, "2");
            one.pipeline().fireChannelInactive();
            assertEquals(List.of("a2", "a gone"), told.subList(3, 5));
        });
        assertEquals(5, told.size());
    }

    @Test
    void releasesWhatItHoldsWhenItIsTakenOut() {
        ByteBuf data = Unpooled.copiedBuffer("1", StandardCharsets.US_ASCII);
        turn(() -> {
            one.pipeline().fireChannelRead(data);
            one.pipeline().remove(handler);
        });
        assertEquals(0, data.refCnt());
        assertEquals(List.of(), told);
    }

    @Test
    void handlesInTheSameTurnWhatBringsInMore() {
        EmbeddedChannel bringing = new EmbeddedChannel(reads.handler(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ((ByteBuf) message).release();
                read(other, "more");
            }
        });
        turn(() -> read(bringing, "x"));
        assertEquals(List.of("bmore"), told);
        turn(bringing::finishAndReleaseAll);
    }
}
