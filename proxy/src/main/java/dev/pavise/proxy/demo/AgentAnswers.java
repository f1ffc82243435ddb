package dev.pavise.proxy.demo;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What the demo agent answers, by path. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that ends the exchange
final class AgentAnswers {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> AGENTS = List.of("scribe", "planner", "researcher");

    private AgentAnswers() {}

    static void answer(ChannelHandlerContext ctx, HttpRequest request, long bodyBytes) {
        QueryStringDecoder target = new QueryStringDecoder(request.uri());
        String[] steps = target.path().substring(1).split("/", -1);
        switch (steps[0]) {
            case "agents" -> agents(ctx, request, target, steps);
            case "download" -> download(ctx, request, number(target, "bytes", 1 << 20, Long.MAX_VALUE));
            case "upload" -> json(ctx, request, HttpResponseStatus.OK, Map.of("bytes", bodyBytes));
            case "echo" -> json(ctx, request, HttpResponseStatus.OK, echo(request, bodyBytes));
            default -> notFound(ctx, request);
        }
    }

    private static void agents(
            ChannelHandlerContext ctx, HttpRequest request, QueryStringDecoder target, String[] steps) {
        if (steps.length == 1) {
            json(ctx, request, HttpResponseStatus.OK, Map.of("agents", AGENTS));
        } else if (steps.length == 2) {
            json(ctx, request, HttpResponseStatus.OK, Map.of("id", steps[1], "state", "idle"));
        } else if (steps.length == 3 && steps[2].equals("stream")) {
            int tokens = (int) number(target, "tokens", 12, 1_000_000);
            TokenStream.begin(ctx, request, tokens, number(target, "interval", 50, 60_000));
        } else {
            notFound(ctx, request);
        }
    }

    private static Map<String, Object> echo(HttpRequest request, long bodyBytes) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        request.headers()
                .forEach(header -> headers.computeIfAbsent(header.getKey(), name -> new ArrayList<>())
                        .add(header.getValue()));
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("method", request.method().name());
        seen.put("target", request.uri());
        seen.put("headers", headers);
        seen.put("body_bytes", bodyBytes);
        return seen;
    }

    private static void notFound(ChannelHandlerContext ctx, HttpRequest request) {
        json(ctx, request, HttpResponseStatus.NOT_FOUND, Map.of("error", "the demo agent knows no such path"));
    }

    private static void json(ChannelHandlerContext ctx, HttpRequest request, HttpResponseStatus status, Object value) {
        byte[] body = JSON.writeValueAsBytes(value);
        boolean headOnly = request.method().equals(HttpMethod.HEAD);
        ByteBuf content = ctx.alloc().buffer(headOnly ? 0 : body.length);
        if (!headOnly) {
            content.writeBytes(body);
        }
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        if (HttpUtil.isKeepAlive(request)) {
            ctx.writeAndFlush(response);
        } else {
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static void download(ChannelHandlerContext ctx, HttpRequest request, long bytes) {
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_OCTET_STREAM);
        head.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
        ctx.write(head);
        if (request.method().equals(HttpMethod.HEAD)) {
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            ctx.writeAndFlush(new HttpChunkedInput(new MadeBytes(bytes)));
        }
    }

    /** The number that the query gives, the default where it gives none, and never more than the limit or less than zero. */
    private static long number(QueryStringDecoder target, String name, long fallback, long limit) {
        List<String> given = target.parameters().getOrDefault(name, List.of());
        if (given.isEmpty() || !given.getFirst().matches("[0-9]{1,18}")) {
            return fallback;
        }
        return Math.min(Long.parseLong(given.getFirst()), limit);
    }
}
