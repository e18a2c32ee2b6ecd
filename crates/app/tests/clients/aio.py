"""A flight with tello-asyncio as it is: everything that it can do with a drone of SDK 3.0."""

import asyncio

from tello_asyncio import MissionPadDetection, Tello, Vector


async def main():
    drone = Tello()
    await drone.connect()
    assert await drone.sdk_version == "30"
    assert (await drone.serial_number).startswith("0TQ")
    assert await drone.query_battery() > 50
    assert await drone.wifi_signal_to_noise_ratio > 0
    await drone.set_speed(60)
    assert await drone.speed == 60

    await drone.motor_on()
    await drone.motor_off()
    await drone.send_ext_command("mled s r heart")

    frames = []

    async def watch():
        async for frame in drone.video_stream:
            frames.append(frame)
            if len(frames) == 40:
                return

    await drone.start_video()
    watching = asyncio.ensure_future(watch())

    await drone.takeoff()
    assert drone.flying
    for way in ["up", "down", "left", "right", "forward", "back"]:
        await getattr(drone, f"move_{way}")(30)
    await drone.turn_clockwise(90)
    await drone.turn_counterclockwise(90)
    for way in ["left", "right", "forward", "back"]:
        await getattr(drone, f"flip_{way}")()
    await drone.go_to(Vector(30, -30, 30), 60)
    await drone.curve_to(Vector(50, 50, 0), Vector(100, 0, 0), 40)
    await drone.go_to(Vector(-130, 30, -30), 60)

    await drone.enable_mission_pads()
    await drone.set_mission_pad_detection(MissionPadDetection.DOWN)
    await drone.go_to(Vector(0, 0, 80), 60, 1)
    await asyncio.sleep(0.3)
    assert drone.state.mission_pad == 1, drone.state
    await drone.curve_to(Vector(50, 50, 80), Vector(0, 100, 80), 40, 1)
    await drone.go_to(Vector(0, 0, 80), 60, 5)
    await drone.jump(Vector(100, 0, 80), 60, 90, 5, 6)
    await drone.disable_mission_pads()

    await drone.remote_control(0, 40, 0, 0)
    await asyncio.sleep(0.3)
    await drone.remote_control(0, 0, 0, 0)
    await asyncio.wait_for(watching, 10)
    await drone.stop_video()
    await drone.land()
    await drone.disconnect()
    # Each began with a start code: none was cut in two or glued together.
    assert all(frame.startswith(b"\x00\x00\x00\x01") for frame in frames)
    print("flown")


asyncio.run(asyncio.wait_for(main(), 60))
