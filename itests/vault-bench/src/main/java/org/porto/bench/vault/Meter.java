// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.keys.soft.internal.SoftKeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.DeviceId;
import org.porto.model.api.PortoException;
import org.porto.model.api.Ticker;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.RegisterVault;
import org.porto.register.vault.internal.RegisterVaultComponent;

/**
 * The product's own vault with the product's own keys and crypto, put together as the service runtime would: the components by
 * their activation constructors, the configuration by its annotation's defaults.
 */
final class Meter implements Contender {

    static final Currency EUR = Currency.getInstance("EUR");
    static final DeviceId SERIAL = new DeviceId("PM000001");
    /** Enough for every run; one debit is {@link #PIECE_MILS}. */
    static final long FUNDS_MILS = 1_000_000_000_000_000L;

    static final long PIECE_MILS = 590;
    static final RegisterOperation DEBIT = new RegisterOperation.Frank(PIECE_MILS, "letter");

    private final SoftKeyService keys;
    private final RegisterVaultComponent vault;

    /** Opens whatever lies in the folder; a new one becomes operational and gets its funds. */
    Meter(Path folder) throws BenchException {
        this(folder, keys(folder));
    }

    Meter(Path folder, SoftKeyService keys) throws BenchException {
        this.keys = keys;
        vault = made(
                RegisterVaultComponent.class,
                Map.of("directory", folder.resolve("registers").toAbsolutePath().toString()),
                List.of(new Identity(), keys, InstantSource.system(), (Ticker) System::nanoTime));
    }

    static SoftKeyService keys(Path folder) throws BenchException {
        return made(
                SoftKeyService.class,
                Map.of("directory", folder.resolve("keys").toAbsolutePath().toString()),
                List.of(new BcCryptoService(), InstantSource.system()));
    }

    void operational() throws BenchException {
        try {
            if (vault.registers().state() == MeterState.UNINITIALISED) {
                vault.post(id(), new RegisterOperation.Authorise(EUR, new RegisterLimits(1, 1_000_000, FUNDS_MILS)));
                vault.post(id(), new RegisterOperation.Activate());
                vault.post(id(), new RegisterOperation.Refill(FUNDS_MILS, 1));
            }
        } catch (PortoException e) {
            throw new BenchException("vault", e);
        }
    }

    RegisterVault vault() {
        return vault;
    }

    @Override
    public void debit() throws BenchException {
        post();
    }

    RegisterRecord post() throws BenchException {
        try {
            return vault.post(id(), DEBIT);
        } catch (PortoException e) {
            throw new BenchException("debit", e);
        }
    }

    /** Not from SecureRandom: the peers' ids come from here too, and what is measured is not the generator. */
    static TransactionId id() {
        return TransactionId.of(idBytes());
    }

    static byte[] idBytes() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return ByteBuffer.allocate(TransactionId.BYTES).putLong(random.nextLong()).putLong(random.nextLong()).array();
    }

    @Override
    public void close() throws BenchException {
        closed(vault);
        closed(keys);
    }

    static void closed(Object component) throws BenchException {
        try {
            Method close = component.getClass().getDeclaredMethod("close");
            close.setAccessible(true);
            close.invoke(component);
        } catch (ReflectiveOperationException e) {
            throw new BenchException(component.getClass().getSimpleName(), e);
        }
    }

    /** By the public constructor; its configuration type is nobody's business, so a proxy answers with values or defaults. */
    private static <T> T made(Class<T> component, Map<String, Object> values, List<Object> services) throws BenchException {
        Constructor<?> constructor = component.getConstructors()[0];
        List<Object> arguments = new ArrayList<>();
        for (Class<?> type : constructor.getParameterTypes()) {
            arguments.add(
                    type.isAnnotation()
                            ? configuration(type, values)
                            : services.stream()
                                    .filter(type::isInstance)
                                    .findFirst()
                                    .orElseThrow(() -> new BenchException(component + " wants " + type)));
        }
        try {
            return component.cast(constructor.newInstance(arguments.toArray()));
        } catch (InvocationTargetException e) {
            throw new BenchException(component.getSimpleName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new BenchException(component.getSimpleName(), e);
        }
    }

    private static Object configuration(Class<?> type, Map<String, Object> values) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) ->
                values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    record Identity() implements MeterIdentity {

        @Override
        public DeviceId serial() {
            return SERIAL;
        }

        @Override
        public String profile() {
            return "psd";
        }

        @Override
        public String hardwareModel() {
            return "bench";
        }

        @Override
        public Currency currency() {
            return EUR;
        }
    }
}
