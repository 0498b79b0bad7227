// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;

/**
 * JSON form of {@link TmsMessage}s. Strict: unknown fields, duplicate keys, missing fields, null (but for the registers of a
 * merchant point's {@link SyncRequest}) and values of another JSON type are errors: 1.5 mils are not 1. Thread-safe.
 */
public final class TmsCodec {

    /** Type of the sealed message around it. */
    public static final String REQUEST_TYPE = "porto.tms.request.1";
    /** Type of the sealed message around it. */
    public static final String ANSWER_TYPE = "porto.tms.answer.1";

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = EnrolRequest.class, name = "enrol"),
        @JsonSubTypes.Type(value = EnrolAnswer.class, name = "enrolled"),
        @JsonSubTypes.Type(value = RefillRequest.class, name = "refill"),
        @JsonSubTypes.Type(value = RefillAnswer.class, name = "refilled"),
        @JsonSubTypes.Type(value = SyncRequest.class, name = "sync"),
        @JsonSubTypes.Type(value = SyncAnswer.class, name = "synced"),
        @JsonSubTypes.Type(value = BatchRequest.class, name = "batch"),
        @JsonSubTypes.Type(value = BatchAnswer.class, name = "batched"),
        @JsonSubTypes.Type(value = KeysRequest.class, name = "keys"),
        @JsonSubTypes.Type(value = KeysAnswer.class, name = "keyset"),
        @JsonSubTypes.Type(value = RefusalAnswer.class, name = "refused")
    })
    private interface Tagged {}

    private static final ObjectMapper MAPPER = mapper();

    private TmsCodec() {}

    public static byte[] encode(TmsMessage message) {
        try {
            return MAPPER.writerFor(TmsMessage.class).writeValueAsBytes(message);
        } catch (IOException e) {
            throw new IllegalStateException("a record that cannot be written: " + message.getClass(), e);
        }
    }

    /** @throws IOException when it is not exactly one message of this version */
    public static TmsMessage decode(byte[] json) throws IOException {
        TmsMessage message = MAPPER.readValue(json, TmsMessage.class);
        if (message == null || message.nonce() == null || !message.nonce().matches("[0-9a-f]{32}")) {
            throw new IOException("message without a nonce of 32 hex digits");
        }
        if (message instanceof RefillRequest refill && refill.registers() == null) {
            throw new IOException("refill request without registers");
        }
        return message;
    }

    private static ObjectMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .withCoercionConfig(LogicalType.Textual, config -> config.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
                .withConfigOverride(RegisterReport.class, override ->
                        override.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.SET)))
                .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
                .addMixIn(TmsMessage.class, Tagged.class)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(16)
                        .maxDocumentLength(16L << 20)
                        .build());
        return mapper;
    }
}
