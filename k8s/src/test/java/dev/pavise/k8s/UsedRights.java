package dev.pavise.k8s;

import dev.pavise.k8s.cluster.Right;
import dev.pavise.k8s.cluster.Rights;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Notes which rights the code under test uses, and which of them are not in {@link Rights}. A request is the code's own where the nearest caller of this project
 * is no test; where there is none, as in a thread of the client, it counts as used and is not judged.
 */
final class UsedRights implements Interceptor {
    /** Beside the reports of tests, which a whole run begins without. */
    private static final Path FILE = Path.of("target", "surefire-reports", "rights-used.txt");

    private static final Set<String> USED = new ConcurrentSkipListSet<>();
    private static final Set<String> LISTED = Stream.concat(Rights.EVERYWHERE.stream(), Rights.AT_HOME.stream())
            .map(each -> plain(each.group(), each.resource(), each.verb()))
            .collect(Collectors.toUnmodifiableSet());

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(UsedRights::write));
    }

    private final Set<String> beyond = new ConcurrentSkipListSet<>();

    private enum Caller {
        CODE,
        TEST,
        UNKNOWN
    }

    private static String plain(String group, String resource, String verb) {
        return new Right(group, resource, verb, Set.of()).toString();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        Caller caller = caller();
        if (caller == Caller.TEST) {
            return;
        }
        for (String right : of(request.method(), request.uri())) {
            if (LISTED.contains(right)) {
                USED.add(right);
            } else if (caller == Caller.CODE) {
                beyond.add(right);
            }
        }
    }

    /** What was used without being listed. */
    Set<String> beyond() {
        return Set.copyOf(beyond);
    }

    private static Caller caller() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                        .filter(each -> each.getName().startsWith("dev.pavise.k8s."))
                        .filter(each -> !each.getName().startsWith("dev.pavise.k8s.UsedRights"))
                        .findFirst()
                        .map(each -> each.getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .getPath()
                                        .contains("test-classes")
                                ? Caller.TEST
                                : Caller.CODE)
                        .orElse(Caller.UNKNOWN));
    }

    /** The rights that a request asks for: more than one for a server-side apply, which may make what it changes. */
    static List<String> of(String method, URI uri) {
        List<String> path = new ArrayList<>(Arrays.asList(uri.getPath().split("/")));
        path.removeIf(String::isEmpty);
        boolean core = path.size() >= 2 && path.getFirst().equals("api");
        if (!core && (path.size() < 3 || !path.getFirst().equals("apis"))) {
            return List.of();
        }
        String group = core ? "" : path.get(1);
        List<String> rest = path.subList(core ? 2 : 3, path.size());
        if (rest.size() >= 3 && rest.getFirst().equals("namespaces")) {
            rest = rest.subList(2, rest.size());
        }
        if (rest.isEmpty()) {
            return List.of();
        }
        String resource = rest.size() >= 3 ? rest.getFirst() + "/" + rest.get(2) : rest.getFirst();
        boolean one = rest.size() >= 2;
        String query = String.valueOf(uri.getQuery());
        boolean apply = query.contains("fieldManager=");
        List<String> verbs = switch (method) {
            case "GET" -> List.of(query.contains("watch=true") ? "watch" : one ? "get" : "list");
            case "POST" -> List.of("create");
            case "PUT" -> List.of("update");
            case "PATCH" -> apply && rest.size() < 3 ? List.of("create", "patch") : List.of("patch");
            case "DELETE" -> List.of(one ? "delete" : "deletecollection");
            default -> List.of(method);
        };
        return verbs.stream().map(verb -> plain(group, resource, verb)).toList();
    }

    private static void write() {
        try {
            Set<String> all = new TreeSet<>(USED);
            if (Files.exists(FILE)) {
                all.addAll(Files.readAllLines(FILE));
            }
            Files.createDirectories(FILE.getParent());
            Files.write(FILE, all);
        } catch (IOException e) {
            System.err.println("the rights that were used could not be written: " + e.getMessage());
        }
    }
}
