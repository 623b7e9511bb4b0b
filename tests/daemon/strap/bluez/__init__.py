"""A scripted `org.bluez` for tests: real bleak, a real D-Bus socket, and behind it a world that does what it is told.

No kernel Bluetooth, no root. It needs `dbus-daemon` and dbus-fast, which bleak brings along on Linux, so only
`world` may be imported late and where there is both; `plan` can be imported anywhere.

    bus        a dbus-daemon of our own
    world      what a test holds in its hands: the bus, bluetoothd, the straps
    bluetoothd the service `org.bluez`: calls in, answers and signals out
    adapter    its radio: power and scanning
    device     one strap as bluetoothd shows it: connecting, services, notifications
    strap      the strap itself: a heart, frames, and the ground truth of what was sent
    polar      its accelerometer, where it has one
    rules      calls that fail, hang or take their time
    hurried    an event loop whose clock runs faster
    beside     the same world on a thread of its own, for code that brings its own event loop

Only `loop.time()` is asked for the time, so all of it runs on a hurried loop as well.
"""
