// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.keys.soft.internal.SoftKeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Ticker;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.vault.internal.RegisterVaultComponent;

/** The product's vault with real keys, put together as the service runtime would. */
final class RealVault implements AutoCloseable {

    static final Currency USD = Currency.getInstance("USD");
    static final DeviceId DEVICE = new DeviceId("PM000001");

    final RegisterVaultComponent vault;
    private final SoftKeyService keys;
    private int ids;

    RealVault(Path folder) throws ReflectiveOperationException {
        keys = made(SoftKeyService.class, folder.resolve("keys"), List.of(new BcCryptoService(), InstantSource.system()));
        vault = made(
                RegisterVaultComponent.class,
                folder.resolve("registers"),
                List.of(new Identity(), keys, InstantSource.system(), (Ticker) System::nanoTime));
    }

    TransactionId post(RegisterOperation operation) throws Exception {
        TransactionId id = new TransactionId(HexFormat.of().toHexDigits(++ids, 16) + "0000000000000001");
        vault.post(id, operation);
        return id;
    }

    void operational() throws Exception {
        post(new RegisterOperation.Authorise(USD, new RegisterLimits(1, 100_000, 1_000_000)));
        post(new RegisterOperation.Activate());
        post(new RegisterOperation.Refill(500_000, 1));
    }

    @Override
    public void close() throws ReflectiveOperationException {
        for (Object component : List.of(vault, keys)) {
            Method close = component.getClass().getDeclaredMethod("close");
            close.setAccessible(true);
            close.invoke(component);
        }
    }

    private static <T> T made(Class<T> component, Path folder, List<Object> services) throws ReflectiveOperationException {
        Constructor<?> constructor = component.getConstructors()[0];
        Map<String, Object> values = Map.of("directory", folder.toAbsolutePath().toString());
        List<Object> arguments = new ArrayList<>();
        for (Class<?> type : constructor.getParameterTypes()) {
            arguments.add(
                    type.isAnnotation()
                            ? Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, none) ->
                                    values.getOrDefault(method.getName(), method.getDefaultValue()))
                            : services.stream().filter(type::isInstance).findFirst().orElseThrow());
        }
        return component.cast(constructor.newInstance(arguments.toArray()));
    }

    private record Identity() implements MeterIdentity {

        @Override
        public DeviceId serial() {
            return DEVICE;
        }

        @Override
        public String profile() {
            return "psd";
        }

        @Override
        public String hardwareModel() {
            return "test";
        }

        @Override
        public Currency currency() {
            return USD;
        }
    }
}
