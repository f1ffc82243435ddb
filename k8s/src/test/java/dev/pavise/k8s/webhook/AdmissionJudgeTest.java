package dev.pavise.k8s.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.inject.Given;
import dev.pavise.k8s.inject.Injector;
import dev.pavise.k8s.inject.Trees;
import dev.pavise.k8s.webhook.AdmissionJudge.Door;
import dev.pavise.k8s.webhook.AdmissionJudge.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AdmissionJudgeTest {
    private static final int ROUNDS = 20_000;
    private final AdmissionJudge judge = new AdmissionJudge(new Injector(Given.sidecar()), Set.of("pavise-system"));

    /** A question as an API server asks it. */
    static ObjectNode review() {
        ObjectNode review = Given.json("""
                {'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'request': {
                  'uid': '705ab4f5-6393-11e8-b7cc-42010a800002',
                  'kind': {'group': '', 'version': 'v1', 'kind': 'Pod'},
                  'resource': {'group': '', 'version': 'v1', 'resource': 'pods'},
                  'requestKind': {'group': '', 'version': 'v1', 'kind': 'Pod'},
                  'name': '', 'namespace': 'agents', 'operation': 'CREATE', 'dryRun': false,
                  'userInfo': {'username': 'system:serviceaccount:kube-system:replicaset-controller'},
                  'oldObject': null, 'options': {}}}""");
        ((ObjectNode) review.path("request")).set("object", Given.pod());
        return review;
    }

    private AdmissionJudge.Answer ask(Door door, ObjectNode review) {
        return judge.answer(door, Trees.bytes(review));
    }

    static ObjectNode response(AdmissionJudge.Answer answer) {
        ObjectNode body = Trees.object(answer.body());
        assertNotNull(body);
        assertEquals("AdmissionReview", body.path("kind").stringValue());
        return (ObjectNode) body.path("response");
    }

    @Test
    void answersWithAPatchAndTheUid() {
        AdmissionJudge.Answer answer = ask(Door.NAMESPACE, review());
        JsonNode response = response(answer);
        assertEquals(200, answer.status());
        assertEquals(Verdict.INJECTED, answer.verdict());
        assertTrue(response.path("allowed").booleanValue());
        assertEquals(
                "705ab4f5-6393-11e8-b7cc-42010a800002", response.path("uid").stringValue());
        assertEquals("JSONPatch", response.path("patchType").stringValue());
        String patch =
                new String(Base64.getDecoder().decode(response.path("patch").stringValue()), StandardCharsets.UTF_8);
        assertTrue(patch.contains("\"path\":\"/spec/initContainers\""), patch);
        assertEquals(
                "injected", response.path("auditAnnotations").path("injection").stringValue());
    }

    @Test
    void answersADryRunAsAnyOther() {
        ObjectNode dry = review();
        ((ObjectNode) dry.path("request")).put("dryRun", true);
        assertEquals(response(ask(Door.NAMESPACE, review())), response(ask(Door.NAMESPACE, dry)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "NAMESPACE | namespace   | 'kube-system'            | UNCHANGED",
                "NAMESPACE | namespace   | 'kube-public'            | UNCHANGED",
                "NAMESPACE | namespace   | 'kube-node-lease'        | UNCHANGED",
                "POD       | namespace   | 'pavise-system'          | UNCHANGED",
                "POD       | namespace   | 'agents'                 | REFUSED", // the pod does not ask
                "NAMESPACE | namespace   | ''                       | REFUSED",
                "NAMESPACE | namespace   | null                     | REFUSED",
                "NAMESPACE | operation   | 'UPDATE'                 | REFUSED",
                "NAMESPACE | operation   | 'DELETE'                 | REFUSED",
                "NAMESPACE | operation   | 'CONNECT'                | REFUSED",
                "NAMESPACE | subResource | 'ephemeralcontainers'    | REFUSED",
                "NAMESPACE | subResource | 'binding'                | REFUSED",
                "NAMESPACE | resource    | {'resource': 'services'} | REFUSED",
                "NAMESPACE | kind        | {'group': 'apps', 'kind': 'Pod'} | REFUSED",
                "NAMESPACE | kind        | {'group': '', 'kind': 'Deployment'} | REFUSED",
                "NAMESPACE | object      | null                     | REFUSED",
                "NAMESPACE | object      | []                       | REFUSED",
                "NAMESPACE | object      | {}                       | REFUSED",
                "NAMESPACE | uid         | ''                       | MALFORMED",
                "NAMESPACE | uid         | 'a b'                    | MALFORMED",
                "NAMESPACE | uid         | 7                        | MALFORMED",
            })
    void judges(Door door, String member, String value, Verdict verdict) {
        ObjectNode review = review();
        ((ObjectNode) review.path("request"))
                .set(member.strip(), Given.json("{'v': " + value + "}").path("v"));
        AdmissionJudge.Answer answer = ask(door, review);
        assertEquals(verdict, answer.verdict());
        if (verdict == Verdict.MALFORMED) {
            assertEquals(400, answer.status());
            return;
        }
        JsonNode response = response(answer);
        assertEquals(verdict == Verdict.UNCHANGED, response.path("allowed").booleanValue());
        assertFalse(response.has("patch"));
        assertEquals(
                verdict == Verdict.REFUSED ? 403 : 0,
                response.path("status").path("code").asInt(0));
    }

    @Test
    void injectsAPodThatAsksForItself() {
        ObjectNode review = review();
        ((ObjectNode) review.path("request").path("object").path("metadata").path("labels"))
                .put("pavise.dev/inject", "true");
        assertEquals(Verdict.INJECTED, ask(Door.POD, review).verdict());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{",
                "{}{}",
                "{'kind': 'AdmissionReview'}",
                "{'apiVersion': 'admission.k8s.io/v1beta1', 'kind': 'AdmissionReview', 'request': {'uid': 'a'}}",
                "{'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'request': {'uid': 'a'}, 'request': {'uid': 'b'}}",
                "{'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'request': []}",
            })
    void callsMalformedWhatIsNoQuestion(String body) {
        AdmissionJudge.Answer answer =
                judge.answer(Door.NAMESPACE, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertEquals(400, answer.status());
        assertEquals(Verdict.MALFORMED, answer.verdict());
    }

    @Test
    void neverAllowsByAccidentWhateverTheBytesAre() {
        Random random = new Random(7);
        byte[] good = Trees.bytes(review());
        String names = "nothing was allowed that holds no sidecar";
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = good.clone();
            for (int change = 1 + random.nextInt(3); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(32, 127);
            }
            AdmissionJudge.Answer answer = judge.answer(Door.NAMESPACE, bytes);
            if (answer.status() == 200) {
                JsonNode response = response(answer);
                boolean patched = response.has("patch");
                boolean leftAlone = answer.verdict() == Verdict.UNCHANGED;
                assertEquals(response.path("allowed").booleanValue(), patched || leftAlone, names);
            }
        }
    }

    @Test
    void refusesWhatIsTooDeepToRead() {
        String deep = "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":"
                + "[".repeat(100_000);
        assertEquals(
                400,
                judge.answer(Door.POD, deep.getBytes(StandardCharsets.UTF_8)).status());
    }
}
