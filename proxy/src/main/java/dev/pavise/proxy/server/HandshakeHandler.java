package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.RefusalRollup;
import dev.pavise.proxy.gate.Caller;
import dev.pavise.proxy.gate.Door;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.tls.CertificateFault;
import dev.pavise.proxy.tls.Handshake;
import dev.pavise.proxy.tls.Peer;
import dev.pavise.proxy.tls.ServerTls;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the handshake and makes way for the HTTP part of the pipeline, which so knows its {@link Peer} from the start. A certificate that
 * is not good now ends the connection here, in a full handshake or a resumed one.
 */
final class HandshakeHandler extends ChannelInboundHandlerAdapter implements Live {
    private final Loop loop;
    private final Door door;
    private final ServerTls tls;
    private @Nullable ChannelHandlerContext context;

    HandshakeHandler(Loop loop, Door door, ServerTls tls) {
        this.loop = loop;
        this.door = door;
        this.tls = tls;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        loop.came(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.gone(this);
    }

    @Override
    public void drain() {
        close(); // nothing is under way
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message); // nothing is read before the handshake is judged
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                judge(ctx);
            } else {
                onFailure(address(ctx).getAddress().getHostAddress(), completion.cause());
                ctx.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    /** Who showed a certificate that is not good is recorded; what else can go wrong in a handshake is counted. */
    private void onFailure(String ip, Throwable cause) {
        loop.failures().onHandshakeFailure(ip, cause);
        CertificateFault.behind(cause).ifPresent(fault -> record(ip, fault.code()));
    }

    private void judge(ChannelHandlerContext ctx) {
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
        switch (tls.handshake(handler.engine(), address(ctx))) {
            case Handshake.Known(Peer peer) -> {
                loop.metrics().onHandshake(isResumed(handler.engine()));
                Session session = new Session(loop, new Caller(peer, door));
                if (peer.applicationProtocol().equals(ApplicationProtocolNames.HTTP_2)) {
                    Pipelines.http2(ctx.pipeline(), loop, session);
                } else {
                    Pipelines.http1(ctx.pipeline(), loop, session);
                }
            }
            case Handshake.Rejected(var fault) -> {
                loop.metrics().onHandshakeFailure();
                record(address(ctx).getAddress().getHostAddress(), fault.code());
                ctx.close();
            }
        }
    }

    private static boolean isResumed(SSLEngine engine) {
        return engine instanceof ReferenceCountedOpenSslEngine boring && SSL.isSessionReused(boring.sslPointer());
    }

    private void record(String ip, String reason) {
        if (loop.rollup().judge(reason, ip) == RefusalRollup.Verdict.RECORD) {
            AuditRecord record = AuditRecord.of(Phase.EVENT, Gate.ANONYMOUS, "tls.handshake", tls.door())
                    .eventType(EventType.LOGIN_FAILURE)
                    .outcome(Outcome.DENIED)
                    .ip(ip)
                    .metadata("reason", reason)
                    .build();
            loop.audit().append(record, loop.unheard());
        }
    }

    private static InetSocketAddress address(ChannelHandlerContext ctx) {
        return (InetSocketAddress) ctx.channel().remoteAddress();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // the completion event told the failure already
    }
}
