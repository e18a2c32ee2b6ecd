"""A flight with djitellopy as it is: everything that it can do with a drone of SDK 3.0."""

import sys
import time

from djitellopy import Tello

tello = Tello()
tello.connect()
assert tello.get_battery() == tello.query_battery(), "state and answer agree"
assert tello.query_sdk_version() == "30"
assert tello.query_serial_number().startswith("0TQ")
assert int(tello.query_wifi_signal_noise_ratio()) > 0
assert tello.get_distance_tof() == 10
assert tello.get_mission_pad_id() == -2
tello.turn_motor_on()
tello.turn_motor_off()
tello.set_speed(50)
tello.send_expansion_command("led 0 255 0")

tello.set_video_fps(Tello.FPS_30)
tello.set_video_resolution(Tello.RESOLUTION_720P)
tello.set_video_bitrate(Tello.BITRATE_AUTO)
tello.streamon()
reader = tello.get_frame_read()

tello.takeoff()
assert tello.get_height() > 0
for way in ["up", "down", "left", "right", "forward", "back"]:
    tello.move(way, 30)
tello.rotate_clockwise(90)
tello.rotate_counter_clockwise(90)
for way in "lrfb":
    tello.flip(way)
tello.go_xyz_speed(30, -30, 30, 60)
tello.curve_xyz_speed(50, 50, 0, 100, 0, 0, 40)
tello.go_xyz_speed(-130, 30, -30, 60)

tello.enable_mission_pads()
tello.set_mission_pad_detection_direction(0)
tello.go_xyz_speed_mid(0, 0, 80, 60, 1)
time.sleep(0.3)
assert tello.get_mission_pad_id() == 1, tello.get_current_state()
assert abs(tello.get_mission_pad_distance_z() - 80) <= 1
tello.curve_xyz_speed_mid(50, 50, 80, 0, 100, 80, 40, 1)
tello.go_xyz_speed_mid(0, 0, 80, 60, 5)
tello.go_xyz_speed_yaw_mid(100, 0, 80, 60, 90, 5, 6)
tello.disable_mission_pads()

tello.send_rc_control(0, 40, 0, 0)
time.sleep(0.3)
tello.send_rc_control(0, 0, 0, 0)

frame = reader.frame
assert frame.shape == (720, 960, 3), frame.shape
# Sky and ground, not one colour.
assert len({tuple(pixel) for row in frame[::48] for pixel in row[::48]}) > 5
assert int(tello.get_flight_time()) > 0
tello.streamoff()
tello.land()
tello.end()
print("flown")
sys.exit(0)
