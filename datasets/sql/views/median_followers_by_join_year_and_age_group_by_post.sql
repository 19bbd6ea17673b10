-- one row per age group and year of joining, 2015 to 2020 (the column keeps the name post_year of the exercise): the median followers over the posts of its persons
-- Not a count of users: every post counts, so posters with many posts weigh more. By person: median_followers_by_join_year_and_age_group.
with posts as (
  select
    age_group(u.age) as age_group,
    cast(extract(year from u.date_joined) as int) as post_year,
    p.follower_count
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where p.follower_count is not null
),
summarised as (
  select
    s.age_group,
    s.post_year,
    age_group_order(s.age_group) as age_order,
    median(cast(s.follower_count as double)) as median_follower_count
  from posts as s
  where s.age_group is not null and s.post_year between 2015 and 2020
  group by s.age_group, s.post_year
)
select
  m.age_group,
  m.post_year,
  m.median_follower_count
from summarised as m
order by m.age_order nulls last, m.post_year nulls last
