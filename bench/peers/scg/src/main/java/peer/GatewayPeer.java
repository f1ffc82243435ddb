package peer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.netty.handler.ssl.ClientAuth;
import java.io.File;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.cloud.gateway.filter.ratelimit.AbstractRateLimiter;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.cloud.gateway.handler.predicate.AbstractRoutePredicateFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.ReactiveJwtAuthenticationConverter;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/** Spring Cloud Gateway with the controls of the comparison, as a Spring user would put them together. */
@SpringBootApplication
public class GatewayPeer {

  public static void main(String[] args) {
    SpringApplication.run(GatewayPeer.class, args);
  }

  private static boolean onPort(ServerWebExchange exchange, int port) {
    InetSocketAddress local = exchange.getRequest().getLocalAddress();
    return local != null && local.getPort() == port;
  }

  /** Route predicate: the local port that the request came in on. */
  @Component
  static class LocalPortRoutePredicateFactory
      extends AbstractRoutePredicateFactory<LocalPortRoutePredicateFactory.Config> {
    LocalPortRoutePredicateFactory() {
      super(Config.class);
    }

    @Override
    public List<String> shortcutFieldOrder() {
      return List.of("port");
    }

    @Override
    public java.util.function.Predicate<ServerWebExchange> apply(Config config) {
      int port = config.getPort();
      return exchange -> onPort(exchange, port);
    }

    static class Config {
      private int port;

      public int getPort() {
        return port;
      }

      public void setPort(int port) {
        this.port = port;
      }
    }
  }

  @Configuration
  @EnableWebFluxSecurity
  static class Security {

    @Bean
    @Order(1)
    SecurityWebFilterChain plainChain(
        ServerHttpSecurity http, @Value("${PEER_PORT_PLAIN}") int plainPort) {
      return http.securityMatcher(
              exchange ->
                  onPort(exchange, plainPort)
                      ? ServerWebExchangeMatcher.MatchResult.match()
                      : ServerWebExchangeMatcher.MatchResult.notMatch())
          .csrf(ServerHttpSecurity.CsrfSpec::disable)
          .headers(ServerHttpSecurity.HeaderSpec::disable)
          .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
          .logout(ServerHttpSecurity.LogoutSpec::disable)
          .authorizeExchange(a -> a.anyExchange().permitAll())
          .build();
    }

    @Bean
    @Order(2)
    SecurityWebFilterChain controlledChain(ServerHttpSecurity http, ReactiveJwtDecoder decoder) {
      ReactiveJwtAuthenticationConverter roles = new ReactiveJwtAuthenticationConverter();
      roles.setJwtGrantedAuthoritiesConverter(
          jwt -> {
            String role = jwt.getClaimAsString("role");
            return role == null
                ? Flux.empty()
                : Flux.just(new SimpleGrantedAuthority("ROLE_" + role));
          });
      return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
          .headers(ServerHttpSecurity.HeaderSpec::disable)
          .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
          .logout(ServerHttpSecurity.LogoutSpec::disable)
          .authorizeExchange(
              a ->
                  a.pathMatchers("/admin/**")
                      .hasRole("admin")
                      .pathMatchers("/v1/**")
                      .hasAnyRole("agent", "admin")
                      .anyExchange()
                      .denyAll())
          .oauth2ResourceServer(
              o -> o.jwt(j -> j.jwtDecoder(decoder).jwtAuthenticationConverter(roles)))
          .build();
    }

    private static PublicKey key(String kind, Path pem) throws Exception {
      String body = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
      return KeyFactory.getInstance(kind)
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    @Bean
    ReactiveJwtDecoder jwtDecoder(
        @Value("${PEER_DIR}") String dir,
        @Value("${PEER_ISS}") String issuer,
        @Value("${PEER_AUD}") String audience,
        @Value("${PEER_HS_SECRET}") String secret)
        throws Exception {
      JWK es =
          new ECKey.Builder(Curve.P_256, (ECPublicKey) key("EC", Path.of(dir, "es256.pub"))).build();
      JWK rs = new RSAKey.Builder((RSAPublicKey) key("RSA", Path.of(dir, "rs256.pub"))).build();
      JWK hs = new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8)).build();
      DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
      processor.setJWSKeySelector(
          new JWSVerificationKeySelector<>(
              Set.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256, JWSAlgorithm.HS256),
              new ImmutableJWKSet<>(new JWKSet(List.of(es, rs, hs)))));
      processor.setJWTClaimsSetVerifier((claims, context) -> {}); // Spring's validators below
      NimbusReactiveJwtDecoder decoder =
          new NimbusReactiveJwtDecoder(
              jwt ->
                  Mono.fromCallable(() -> processor.process(jwt, null))
                      .onErrorMap(
                          BadJOSEException.class, e -> new BadJwtException(e.getMessage(), e)));
      decoder.setJwtValidator(
          new DelegatingOAuth2TokenValidator<>(
              new JwtTimestampValidator(Duration.ZERO),
              new JwtIssuerValidator(issuer),
              new JwtClaimValidator<List<String>>(
                  "aud", aud -> aud != null && aud.contains(audience))));
      return decoder;
    }
  }

  @Configuration
  static class Gateway {

    @Bean
    KeyResolver subjectKey() {
      return exchange -> exchange.getPrincipal().map(Principal::getName);
    }

    @Bean
    MemoryLimiter memoryLimiter(
        org.springframework.cloud.gateway.support.ConfigurationService configuration) {
      return new MemoryLimiter(configuration);
    }

    /** One audit line for each request of the controlled ports. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebFilter audit(@Value("${PEER_PORT_PLAIN}") int plainPort) {
      Logger log = LoggerFactory.getLogger("audit");
      return (exchange, chain) -> {
        if (onPort(exchange, plainPort)) {
          return chain.filter(exchange);
        }
        long begin = System.nanoTime();
        return chain
            .filter(exchange)
            .doFinally(
                signal -> {
                  ServerHttpRequest q = exchange.getRequest();
                  Object[] who = exchange.getAttributeOrDefault("peer.who", new Object[2]);
                  var status = exchange.getResponse().getStatusCode();
                  StringBuilder s = new StringBuilder(192);
                  s.append("{\"t\":").append(System.currentTimeMillis());
                  s.append(",\"ip\":\"").append(q.getRemoteAddress().getAddress().getHostAddress());
                  s.append("\",\"sub\":\"").append(who[0]).append("\",\"role\":\"").append(who[1]);
                  s.append("\",\"m\":\"").append(q.getMethod());
                  s.append("\",\"p\":\"").append(q.getURI().getRawPath());
                  s.append("\",\"st\":").append(status == null ? 0 : status.value());
                  s.append(",\"us\":").append((System.nanoTime() - begin) / 1000).append('}');
                  log.info(s.toString());
                });
      };
    }

    /** Makes subject and role known to the audit filter, after authentication. */
    @Bean
    @Order(0)
    WebFilter who(@Value("${PEER_PORT_PLAIN}") int plainPort) {
      return (exchange, chain) ->
          onPort(exchange, plainPort)
              ? chain.filter(exchange)
              : exchange
                  .getPrincipal()
                  .doOnNext(
                      p -> {
                        if (p instanceof JwtAuthenticationToken t) {
                          exchange
                              .getAttributes()
                              .put(
                                  "peer.who",
                                  new Object[] {t.getName(), t.getToken().getClaims().get("role")});
                        }
                      })
                  .then(chain.filter(exchange));
    }
  }

  /** Token bucket in memory: one million requests a second for each subject. */
  static class MemoryLimiter extends AbstractRateLimiter<MemoryLimiter.Config> {
    private static final double RATE = 1_000_000;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    MemoryLimiter(org.springframework.cloud.gateway.support.ConfigurationService configuration) {
      super(Config.class, "memory-limiter", configuration);
    }

    @Override
    public Mono<RateLimiter.Response> isAllowed(String routeId, String id) {
      boolean ok = buckets.computeIfAbsent(id, k -> new Bucket()).take();
      return Mono.just(new RateLimiter.Response(ok, Map.of()));
    }

    static class Config {}

    static final class Bucket {
      private double tokens = RATE;
      private long last = System.nanoTime();

      synchronized boolean take() {
        long now = System.nanoTime();
        tokens = Math.min(RATE, tokens + (now - last) * (RATE / 1e9));
        last = now;
        if (tokens < 1) {
          return false;
        }
        tokens -= 1;
        return true;
      }
    }
  }

  /** The two further ports: plain passthrough, and TLS with a required client certificate. */
  @Component
  static class ExtraPorts {
    private final HttpHandler handler;
    private final int plainPort;
    private final int mtlsPort;
    private final String dir;

    ExtraPorts(
        HttpHandler handler,
        @Value("${PEER_PORT_PLAIN}") int plainPort,
        @Value("${PEER_PORT_MTLS}") int mtlsPort,
        @Value("${PEER_DIR}") String dir) {
      this.handler = handler;
      this.plainPort = plainPort;
      this.mtlsPort = mtlsPort;
      this.dir = dir;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
      ReactorHttpHandlerAdapter adapter = new ReactorHttpHandlerAdapter(handler);
      HttpServer.create().host("127.0.0.1").port(plainPort).handle(adapter).bindNow();
      Http2SslContextSpec tls =
          Http2SslContextSpec.forServer(new File(dir, "server.crt"), new File(dir, "server.key"));
      tls.configure(
          b ->
              b.protocols("TLSv1.3")
                  .ciphers(List.of("TLS_AES_128_GCM_SHA256"))
                  .clientAuth(ClientAuth.REQUIRE)
                  .trustManager(new File(dir, "ca.crt")));
      HttpServer.create()
          .host("127.0.0.1")
          .port(mtlsPort)
          .protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
          .secure(s -> s.sslContext(tls))
          .handle(adapter)
          .bindNow();
    }
  }
}
